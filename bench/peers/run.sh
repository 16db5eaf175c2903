#!/usr/bin/env bash
# A suite side by side in one run. Of the audience suite: Roster with CRoaring by hand, DuckDB, ClickHouse and, at up to
# one million contacts, PostgreSQL. Of the behaviour suite: Roster, DuckDB and ClickHouse, then imports of events. No time
# of anybody is printed before the answers of all have been found to agree: Roster's tables and what compares them wait in
# files. Which commit and day it was of is printed first, and stands in run-CONTACTS.json.
#
#   bench/peers/run.sh [CONTACTS [SUITE]]    1000000, 500k, 10M (default 1M); audience or behaviour (default audience)
#
# ROSTER is the program (default build/release/bin/roster), DIRECTORY where data, databases and reports lie (default
# build/bench), SECONDS_EACH how long each timing takes (default 1), THREADS how many threads (default 2).
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly roster=${ROSTER:-build/release/bin/roster}
readonly directory=$(realpath -m "${DIRECTORY:-build/bench}")
readonly seconds=${SECONDS_EACH:-1}
readonly threads=${THREADS:-2}
readonly suite=${2:-audience}
readonly postgres_most=1000000
# What names of files have behind the program's, and which peers there are.
case $suite in
  audience) infix='' peers=(duckdb clickhouse clickhouse_bitmaps) ;;
  behaviour) infix=-behaviour peers=(behaviour_duckdb behaviour_clickhouse) ;;
  *) printf 'run.sh: there is no suite %s with peers; audience or behaviour\n' "$suite" >&2; exit 2 ;;
esac
readonly infix peers
reports=()
tables=()

count_of() {
  local text=${1,,}
  case $text in
    *k) echo $((${text%k} * 1000)) ;;
    *m) echo $((${text%m} * 1000000)) ;;
    *) echo $((text)) ;;
  esac
}

run_roster() {
  local report=$directory/roster$infix-$1.json
  "$roster" bench --suite "$suite" --contacts "$1" --directory "$directory" --threads "$threads" --seconds "$seconds" \
    --json "$report" --html "${report%.json}.html" >"${report%.json}.txt"
  reports+=("$report")
  tables+=("${report%.json}.txt")
}

run_peer() {
  local peer=$1 contacts=$2 report=$directory/$1-$2.json
  local source=(--csv "$directory/contacts-$contacts.csv")
  if [ "$suite" = behaviour ]; then source=(--data "$directory"); fi
  node "bench/peers/$peer.mjs" "${source[@]}" --contacts "$contacts" --out "$report" \
    --work "$directory/work-$peer" --threads "$threads" --seconds "$seconds"
  reports+=("$report")
}

# The exit code of the comparison; its differences are printed, and nothing else, where there are any.
compare() {
  local compared=$directory/compared$infix-$1.txt code=0
  python3 -B "bench/peers/compare${infix/-/_}.py" "${reports[@]}" >"$compared" || code=$?
  if [ "$code" -eq 0 ]; then cat "${tables[@]}"; fi
  cat "$compared"
  return "$code"
}

main() {
  local contacts postgres peer commit date
  contacts=$(count_of "${1:-1M}")
  postgres=$((contacts < postgres_most ? contacts : postgres_most))
  bench/peers/setup.sh "$suite"
  mkdir -p "$directory"
  # Of the sources that lie here; whoever names a program of their own knows what that was built from.
  commit=$(git describe --always --dirty --exclude '*' 2>/dev/null || echo unknown)
  date=$(date +%F)
  printf 'commit %s, %s, %s\n' "$commit" "$date" "$("$roster" --version)"
  printf '{"commit": "%s", "date": "%s", "contacts": %d, "threads": %d, "seconds": %s}\n' \
    "$commit" "$date" "$contacts" "$threads" "$seconds" >"$directory/run$infix-$contacts.json"
  run_roster "$contacts"
  for peer in "${peers[@]}"; do run_peer "$peer" "$contacts"; done
  if [ "$suite" = behaviour ]; then
    compare "$contacts"
    python3 -B bench/peers/import_events.py --contacts "$contacts" --roster "$roster" --directory "$directory" \
      --json "$directory/import-events-$contacts.json"
    return
  fi
  if [ "$postgres" -ne "$contacts" ]; then run_roster "$postgres"; fi
  run_peer postgres "$postgres"
  compare "$contacts"
}

main "$@"
