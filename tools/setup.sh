#!/usr/bin/env bash
# Installs what Roster is built from, on Debian 12 or newer: compilers and tools, the libraries as packages, and
# CRoaring >= 4 from Debian testing where the system's own is older (pinned, so nothing else ever comes from there).
# Asks nothing. Run again, it finds nothing missing and returns at once.
set -euo pipefail

readonly packages=(
  # tools
  git ca-certificates g++ cmake ninja-build ccache pkg-config zstd xz-utils sqlite3 python3 python3-venv curl
  # libraries
  capnproto libcapnp-dev librocksdb-dev libtbb-dev tao-pegtl-dev libcli11-dev libfmt-dev libspdlog-dev
  libexpected-dev libtomlplusplus-dev libxxhash-dev libsimdjson-dev libicu-dev libhowardhinnant-date-dev
  tzdata libzstd-dev zlib1g-dev prometheus-cpp-dev libsodium-dev libhwy-dev
  # tests and benchmarks
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev libsqlite3-dev valgrind
  # checks and fuzzing
  clang clang-format clang-tidy libclang-rt-dev
)
readonly roaring_package=libroaring-dev
readonly roaring_minimum=4
readonly testing_source=/etc/apt/sources.list.d/roster-testing.sources
readonly testing_pin=/etc/apt/preferences.d/roster-testing.pref

log() { printf 'setup: %s\n' "$*" >&2; }
die() { log "$*"; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "packages are missing and neither root nor sudo is at hand; run as root: $*"; fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2
}

# Prints nothing for a package that is not installed.
installed_version() {
  { dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$1" 2>/dev/null || true; } | sed -n 's/^installed //p'
}

candidate_version() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p'; }

roaring_is_new_enough() { [ -n "$1" ] && [ "$1" != '(none)' ] && dpkg --compare-versions "$1" ge "$roaring_minimum"; }

# Prints deb822 stanzas for the suite "testing", made from the machine's own entries for the suite it runs: the same
# places and keys, another suite's name. Reads both the one-line and the deb822 format.
derive_testing_sources() {
  local codename=$1
  local files=()
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] && [ "$file" != "$testing_source" ] && files+=("$file")
  done
  python3 - "$codename" "${files[@]}" <<'PY'
import re, sys

codename, files = sys.argv[1], sys.argv[2:]
suites = {codename, "stable"}
stanzas = []

def add(uris, components, signed_by):
    lines = ["Types: deb", f"URIs: {uris}", "Suites: testing", "Components: main"]
    if signed_by:
        lines.append(f"Signed-By: {signed_by}")
    stanza = "\n".join(lines)
    if "main" in components.split() and stanza not in stanzas:
        stanzas.append(stanza)

for name in files:
    text = open(name, encoding="utf-8").read()
    if name.endswith(".sources"):
        text = re.sub(r"(?m)^#.*\n?", "", text)
        for block in re.split(r"\n\s*\n", text):
            unfolded = re.sub(r"\n[ \t]+", "\n ", block)
            fields, last = {}, None
            for line in unfolded.splitlines():
                if line.startswith(" ") and last:
                    fields[last] += "\n" + line
                elif ":" in line:
                    last, value = line.split(":", 1)
                    last = last.lower()
                    fields[last] = value.strip()
            if fields.get("enabled", "yes") == "no" or "deb" not in fields.get("types", "").split():
                continue
            if suites & set(fields.get("suites", "").split()):
                add(fields["uris"], fields.get("components", ""), fields.get("signed-by", ""))
    else:
        for line in text.splitlines():
            match = re.match(r"^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)$", line.split("#")[0].strip())
            if match and match[3] in suites:
                options = dict(o.split("=", 1) for o in (match[1] or "").split() if "=" in o)
                add(match[2], match[4], options.get("signed-by", ""))

print("\n\n".join(stanzas))
PY
}

install_roaring_from_testing() {
  local codename stanzas
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  [ -n "$codename" ] || die "/etc/os-release names no release; install CRoaring >= $roaring_minimum by hand"
  stanzas=$(derive_testing_sources "$codename")
  if [ -z "$stanzas" ]; then
    log "found no apt source for $codename to derive testing from; CMake will fetch CRoaring's released archive"
    return 0
  fi
  log "$roaring_package: adding Debian testing, pinned to that package alone"
  # The pin goes first: at no moment may testing be a source for anything else.
  as_root tee "$testing_pin" >/dev/null <<'PIN'
Package: *
Pin: release a=testing
Pin-Priority: -1

Package: libroaring*
Pin: release a=testing
Pin-Priority: 700
PIN
  printf '%s\n' "$stanzas" | as_root tee "$testing_source" >/dev/null
  if as_root apt-get update -qq >&2 && apt_install "$roaring_package"; then return 0; fi
  # Leave the machine's apt as it was, rather than with a source that does not answer.
  as_root rm -f "$testing_source" "$testing_pin"
  log "Debian testing cannot be had from here; CMake will fetch CRoaring's released archive"
}

main() {
  local missing=() package
  for package in "${packages[@]}"; do
    [ -n "$(installed_version "$package")" ] || missing+=("$package")
  done
  local roaring
  roaring=$(installed_version "$roaring_package")
  if [ ${#missing[@]} -eq 0 ] && roaring_is_new_enough "$roaring"; then return 0; fi

  command -v apt-get >/dev/null || die "this script knows Debian's apt only; what to install is the list of packages at its top"
  as_root apt-get update -qq >&2
  if [ ${#missing[@]} -gt 0 ]; then
    log "installing ${missing[*]}"
    apt_install "${missing[@]}"
  fi
  if ! roaring_is_new_enough "$roaring"; then
    if roaring_is_new_enough "$(candidate_version "$roaring_package")"; then
      apt_install "$roaring_package"
    else
      install_roaring_from_testing
    fi
  fi
  log "done"
}

main "$@"
