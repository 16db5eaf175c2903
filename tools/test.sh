#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests.
#
#   tools/test.sh         release build and its tests
#   tools/test.sh --all   also the long tests, both sanitizers, clang-tidy and a minute of every fuzzer
#   tools/test.sh --ci    what CI runs on every change: every stage, without the long tests and with some seconds of
#                         every fuzzer, and with warnings as errors
#   tools/test.sh STAGE…  some stages alone: format layout release sanitizers threads tidy fuzz
#
# Exits 0 if everything passed. Every stage is timed; the last line is the summary.
set -euo pipefail
cd "$(dirname "$0")/.."

jobs=$(nproc)
fuzz_seconds=60
long_tests=
configure_flags=()
failed=0
total=0
timings=()
failed_stages=()

# Clones share what ccache holds: paths below the root are taken relative to it.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# Tests write and sync thousands of small files; they do it in memory where there is room for it.
if [ -z "${TMPDIR:-}" ] && [ "$(df --output=avail -B1G /dev/shm 2>/dev/null | tail -n 1)" -ge 8 ] 2>/dev/null; then
  export TMPDIR=/dev/shm
fi

log() { printf '\n== %s\n' "$*"; }

configure() { cmake --preset "$1" "${@:2}" "${configure_flags[@]}" --log-level=WARNING; }

# Clang 14's and g++ 12's sanitizers cannot place their shadow memory where a kernel spreads mappings too widely.
without_randomised_addresses() {
  if setarch "$(uname -m)" -R true 2>/dev/null; then setarch "$(uname -m)" -R "$@"; else "$@"; fi
}

stage_format() { tools/check_format.sh; }

# The layout, the links and the tests of these checks, without a build.
stage_layout() {
  python3 -B tests/layout/check_layout.py .
  python3 -B tests/layout/check_links.py .
  python3 -B -m unittest discover -s tests/layout -p '*_test.py'
}

stage_release() {
  configure release
  cmake --build --preset release -j "$jobs"
  # Tests that have a long form look for this variable; under a sanitizer they would take hours.
  if [ -n "$long_tests" ]; then export ROSTER_LONG=1; fi
  ctest --preset release -j "$jobs" --output-log build/release/ctest.log
}

# The address and undefined-behaviour sanitizers over the whole suite.
stage_sanitizers() {
  configure asan-ubsan
  cmake --build --preset asan-ubsan -j "$jobs"
  without_randomised_addresses ctest --preset asan-ubsan -j "$jobs"
}

# The thread sanitizer over the tests of what runs at the same time (tests/**/*concurrency_test.cpp).
stage_threads() {
  tools/tsan_tbb.sh
  configure tsan
  cmake --build --preset tsan -j "$jobs"
  # Each of these tests keeps several cores busy by itself.
  without_randomised_addresses ctest --preset tsan -j 1
}

stage_tidy() {
  configure tidy
  cmake --build --preset tidy
}

# Every fuzzer for $fuzz_seconds, from the kept corpus; what it finds goes to build/fuzz.
stage_fuzz() {
  configure fuzz
  cmake --build --preset fuzz -j "$jobs"
  local source name corpus
  for source in tests/fuzz/*_fuzz.cpp; do
    [ -e "$source" ] || { echo "no fuzzers yet"; return 0; }
    name=$(basename "$source" .cpp)
    corpus=build/fuzz/corpus/$name
    mkdir -p "$corpus" build/fuzz/findings
    local words=()
    if [ -e "tests/fuzz/${name%_fuzz}.dict" ]; then words=("-dict=tests/fuzz/${name%_fuzz}.dict"); fi
    echo "$name, $fuzz_seconds s"
    # New inputs go to the first folder; the kept ones are only read.
    without_randomised_addresses "build/fuzz/bin/$name" -max_total_time="$fuzz_seconds" -timeout=10 \
      -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 -artifact_prefix="build/fuzz/findings/$name-" "${words[@]}" \
      "$corpus" "tests/fuzz/corpus/${name%_fuzz}"
  done
}

# Runs one stage, goes on after a failure, and remembers how it went and how long it took. What it prints is kept in
# build/logs. Tests are counted as ctest counts them; a stage without any is one.
run() {
  local stage=$1 started=$SECONDS status=passed file=build/logs/$1.log
  log "$stage"
  # A shell of its own: inside a condition `set -e` would be off, and a stage would run on past its first failure.
  set +e
  (set -e; "stage_$stage") 2>&1 | tee "$file"
  [ "${PIPESTATUS[0]}" -eq 0 ] || status=FAILED
  set -e
  timings+=("$(printf '%-12s %-7s %5d s' "$stage" "$status" $((SECONDS - started)))")

  local counts
  counts=$(sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "$file" | tail -n 1)
  local stage_failed=${counts% *} stage_total=${counts#* }
  if [ -z "$counts" ] || { [ "$status" = FAILED ] && [ "$stage_failed" -eq 0 ]; }; then
    stage_total=$((${stage_total:-0} + 1))
    stage_failed=$([ "$status" = passed ] && echo 0 || echo 1)
  fi
  failed=$((failed + stage_failed))
  total=$((total + stage_total))
  if [ "$status" = FAILED ]; then failed_stages+=("$stage"); fi
}

# Which tests failed and what they said last, where somebody who sees only the end of the output sees it.
failures() {
  local stage file
  for stage in "${failed_stages[@]}"; do
    file=build/logs/$stage.log
    log "what failed in $stage"
    if ! sed -n '/^The following tests FAILED:/,/^$/p' "$file" | grep .; then
      tail -n 20 "$file"
    else
      grep -E '(: Failure$|^(\[  FAILED  \]|==[0-9]+==ERROR|WARNING: ThreadSanitizer)|\*\*\*(Failed|Timeout|Exception))' "$file" -A 6 |
        head -n 60 || true
    fi
  done
}

summary() {
  failures
  log "summary"
  printf '%s\n' "${timings[@]}"
  printf '\nTotal time = %d s\n' "$SECONDS"
  printf '%d%% tests passed, %d tests failed out of %d\n' $(((total - failed) * 100 / total)) "$failed" "$total"
  [ "$failed" -eq 0 ]
}

main() {
  local stages=()
  case "${1:-}" in
    '') stages=(release) ;;
    --all)
      long_tests=yes
      stages=(format layout release sanitizers threads tidy fuzz)
      ;;
    --ci)
      configure_flags=(-DROSTER_WERROR=ON)
      fuzz_seconds=5
      stages=(format layout release sanitizers threads tidy fuzz)
      ;;
    -*)
      sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
      [ "$1" = --help ] || exit 2
      exit 0
      ;;
    *) stages=("$@") ;;
  esac
  local stage
  for stage in "${stages[@]}"; do
    declare -F "stage_$stage" >/dev/null || { printf 'no such stage: %s\n' "$stage" >&2; exit 2; }
  done

  tools/setup.sh
  mkdir -p build/logs
  for stage in "${stages[@]}"; do run "$stage"; done
  summary
}

main "$@"
