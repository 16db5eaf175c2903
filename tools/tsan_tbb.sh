#!/usr/bin/env bash
# Builds oneTBB with the thread sanitizer into build/tsan-tbb, for the preset `tsan`. The package's own build is not
# instrumented: the sanitizer does not see its synchronisation and reports races that are none, and suppressing those
# would hide real ones. The source is the package's, got from the machine's own apt sources. Done once; run again, it
# returns at once.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly target=$PWD/build/tsan-tbb
readonly work=$PWD/build/tsan-tbb-work

log() { printf 'tsan_tbb: %s\n' "$*" >&2; }
die() { log "$*"; exit 1; }

# The library must carry the instrumentation, or all of this is for nothing.
is_instrumented() { [ -e "$target/lib/libtbb.so" ] && grep -q __tsan_ <<<"$(nm -D "$target/lib/libtbb.so")"; }

# Prints the machine's binary package sources as deb822 stanzas for source packages, from both formats. A state
# directory of its own keeps the machine's apt untouched.
derive_source_stanzas() {
  python3 - /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources <<'PY'
import os, re, sys

stanzas = []

def add(uris, suites, components, signed_by):
    stanza = f"Types: deb-src\nURIs: {uris}\nSuites: {suites}\nComponents: {components}"
    if signed_by:
        stanza += f"\nSigned-By: {signed_by}"
    if stanza not in stanzas:
        stanzas.append(stanza)

for name in filter(os.path.isfile, sys.argv[1:]):
    if os.path.basename(name).startswith("roster-"):
        continue  # Debian testing, for CRoaring alone
    text = open(name, encoding="utf-8").read()
    if name.endswith(".sources"):
        for block in re.split(r"\n\s*\n", re.sub(r"(?m)^#.*\n?", "", text)):
            fields = {}
            for match in re.finditer(r"(?m)^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t]+.*)*)", block):
                fields[match[1].lower()] = match[2].strip()
            if fields.get("enabled", "yes") != "no" and "uris" in fields and "components" in fields:
                add(fields["uris"], fields["suites"], fields["components"], fields.get("signed-by", ""))
    else:
        for line in text.splitlines():
            match = re.match(r"^deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)$", line.split("#")[0].strip())
            if match:
                options = dict(o.split("=", 1) for o in (match[1] or "").split() if "=" in o)
                add(match[2], match[3], match[4], options.get("signed-by", ""))

print("\n\n".join(stanzas))
PY
}

fetch_source() {
  mkdir -p "$work/lists/partial"
  derive_source_stanzas >"$work/source.sources"
  [ -s "$work/source.sources" ] || die "found no apt source to derive source packages from"
  local version
  version=$(dpkg-query -W -f='${source:Version}' libtbb-dev) || die "libtbb-dev is not installed; run tools/setup.sh"
  local options=(-o "Dir::Etc::sourcelist=$work/source.sources" -o Dir::Etc::sourceparts=/dev/null
                 -o "Dir::State::lists=$work/lists" -o Dir::Cache::srcpkgcache= -o Dir::Cache::pkgcache=
                 -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update -qq
  # Unpacked as it comes: the package's patches are not about threads, and applying them needs dpkg-dev.
  (cd "$work" && apt-get "${options[@]}" source -qq --download-only "onetbb=$version")
  mkdir -p "$work/source"
  tar -xf "$work"/onetbb_*.orig.tar.* -C "$work/source" --strip-components=1
}

build() {
  cmake -S "$work/source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTBB_SANITIZE=thread \
    -DTBB_TEST=OFF -DTBB_STRICT=OFF -DTBBMALLOC_BUILD=OFF -DCMAKE_INSTALL_PREFIX="$target" \
    -DCMAKE_INSTALL_LIBDIR=lib >/dev/null
  cmake --build "$work/build" --target install >/dev/null
}

if is_instrumented; then exit 0; fi
rm -rf "$work" "$target"
log "fetching the source of the installed oneTBB"
fetch_source
log "building it with the thread sanitizer"
build
is_instrumented || die "the library came out without instrumentation"
rm -rf "$work"
log "done"
