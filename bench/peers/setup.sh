#!/usr/bin/env bash
# Installs the peers: DuckDB and ClickHouse as packages of npm into build/peers, and for the audience suite PostgreSQL 15 or
# newer through apt where it is missing. Run again, it finds nothing missing and returns at once.
#
#   bench/peers/setup.sh [SUITE]    audience or behaviour (default audience)
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly folder=build/peers
# The versions that bench/RESULTS.md is about.
readonly packages=(@duckdb/node-api@1.5.6-r.1 chdb@3.4.0)

log() { printf 'peers: %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else log "packages are missing and neither root nor sudo is at hand; run as root: $*"; exit 1; fi
}

apt_install() {
  as_root apt-get update -qq >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2
}

# Of a package of npm; nothing where it is not there.
installed_version() {
  sed -n 's/^  "version": "\(.*\)",*$/\1/p' "$folder/node_modules/$1/package.json" 2>/dev/null || true
}

main() {
  local missing=()
  command -v node >/dev/null && command -v npm >/dev/null || missing+=(nodejs npm)
  if [ "${1:-audience}" = audience ]; then
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  fi
  if [ ${#missing[@]} -gt 0 ]; then
    log "installing ${missing[*]}"
    apt_install "${missing[@]}"
  fi
  mkdir -p "$folder"
  for package in "${packages[@]}"; do
    [ "$(installed_version "${package%@*}")" = "${package##*@}" ] && continue
    log "installing $package"
    npm install --prefix "$folder" --no-audit --no-fund --save-exact "$package" >&2
  done
}

main "$@"
