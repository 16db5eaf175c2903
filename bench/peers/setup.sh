#!/usr/bin/env bash
# Installs the peers: DuckDB and ClickHouse as packages of npm into build/peers, PostgreSQL 15 or newer through apt
# where it is missing. Run again, it finds nothing missing and returns at once.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly folder=build/peers
readonly packages=(@duckdb/node-api chdb)

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

main() {
  local missing=()
  command -v node >/dev/null && command -v npm >/dev/null || missing+=(nodejs npm)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  if [ ${#missing[@]} -gt 0 ]; then
    log "installing ${missing[*]}"
    apt_install "${missing[@]}"
  fi
  mkdir -p "$folder"
  for package in "${packages[@]}"; do
    [ -d "$folder/node_modules/$package" ] && continue
    log "installing $package"
    npm install --prefix "$folder" --no-audit --no-fund --save-exact "$package" >&2
  done
}

main "$@"
