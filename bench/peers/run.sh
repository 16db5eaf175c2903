#!/usr/bin/env bash
# Everything side by side in one run: Roster with CRoaring by hand, DuckDB, ClickHouse and, at up to one million
# contacts, PostgreSQL; then compares answers and times.
#
#   bench/peers/run.sh [CONTACTS]    1000000, 500k, 10M (default 1M)
#
# ROSTER is the program (default build/release/bin/roster), DIRECTORY where data, databases and reports lie (default
# build/bench), SECONDS_EACH how long each timing takes (default 1), THREADS how many threads (default 2).
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly roster=${ROSTER:-build/release/bin/roster}
readonly directory=$(realpath -m "${DIRECTORY:-build/bench}")
readonly seconds=${SECONDS_EACH:-1}
readonly threads=${THREADS:-2}
readonly postgres_most=1000000
reports=()

count_of() {
  local text=${1,,}
  case $text in
    *k) echo $((${text%k} * 1000)) ;;
    *m) echo $((${text%m} * 1000000)) ;;
    *) echo $((text)) ;;
  esac
}

run_roster() {
  local report=$directory/roster-$1.json
  "$roster" bench --contacts "$1" --directory "$directory" --threads "$threads" --seconds "$seconds" --json "$report" \
    --html "${report%.json}.html"
  reports+=("$report")
}

run_peer() {
  local peer=$1 contacts=$2 report=$directory/$1-$2.json
  node "bench/peers/$peer.mjs" --csv "$directory/contacts-$contacts.csv" --contacts "$contacts" --out "$report" \
    --work "$directory/work-$peer" --threads "$threads" --seconds "$seconds"
  reports+=("$report")
}

main() {
  local contacts postgres peer
  contacts=$(count_of "${1:-1M}")
  postgres=$((contacts < postgres_most ? contacts : postgres_most))
  bench/peers/setup.sh
  mkdir -p "$directory"
  run_roster "$contacts"
  for peer in duckdb clickhouse clickhouse_bitmaps; do run_peer "$peer" "$contacts"; done
  if [ "$postgres" -ne "$contacts" ]; then run_roster "$postgres"; fi
  run_peer postgres "$postgres"
  python3 -B bench/peers/compare.py "${reports[@]}"
}

main "$@"
