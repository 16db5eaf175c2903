#!/usr/bin/env bash
# From nothing to counted and exported audiences: installs what is missing, builds, makes a database of one million
# generated contacts, counts six audiences, exports one, and says what to try next.
#
#   tools/demo.sh                 asks nothing; run again, it goes straight to the counting
#   tools/demo.sh --fresh         makes the database anew
#   tools/demo.sh --contacts N    with N contacts in place of a million, in a database of their own
set -euo pipefail
cd "$(dirname "$0")/.."

readonly usual_contacts=1000000
readonly seed=1
readonly build=build/release
readonly roster=$build/bin/roster
# The generated contacts end here, so that "the last 90 days" means the same whenever the demo runs.
readonly as_of=2026-11-01

contacts=$usual_contacts
fresh=

step() {
  if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}
show() { printf '  $ roster %s\n' "$*"; }

usage() { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; }

read_options() {
  while [ $# -gt 0 ]; do
    case "$1" in
      --fresh) fresh=yes ;;
      --contacts)
        contacts=${2:-}
        [[ $contacts =~ ^[1-9][0-9]*$ ]] || { echo "--contacts takes a whole number, such as 20000" >&2; exit 2; }
        shift
        ;;
      --help) usage; exit 0 ;;
      *) usage >&2; exit 2 ;;
    esac
    shift
  done
}

# Reads ninja's output and says how far it is: in one line on a terminal, a tenth a line elsewhere.
show_progress() {
  local line files total tenth=-1
  sed -un '/Re-checking/!s/^\[\([0-9]*\)\/\([0-9]*\)\].*/\1 \2/p' | while read -r files total; do
    line="  building: $files of $total steps"
    if [ -t 1 ]; then
      printf '\r%s ' "$line"
    elif [ $((files * 10 / total)) -gt "$tenth" ]; then
      tenth=$((files * 10 / total))
      printf '%s\n' "$line"
    fi
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
}

# Compiles without a word but its progress; shows the output only if it fails. What tools/test.sh has configured and
# built is taken as it is, and only what has changed since is compiled.
build() {
  local log=build/demo-build.log
  mkdir -p build
  [ -x "$roster" ] || step "Building (a few minutes the first time)"
  if [ ! -f "$build/build.ninja" ]; then
    cmake --preset release -DROSTER_BUILD_TESTS=OFF --log-level=WARNING >"$log" 2>&1 || { cat "$log" >&2; return 1; }
  fi
  cmake --build --preset release --target roster 2>&1 | tee "$log" | show_progress || { tail -n 60 "$log" >&2; return 1; }
}

make_database() {
  if [ ! -f "$demo/complete" ]; then
    rm -rf "$demo"
    mkdir -p "$demo"
    step "Making $contacts contacts"
    show "generate $demo/contacts.csv --contacts $contacts --seed $seed"
    "$roster" generate "$demo/contacts.csv" --contacts "$contacts" --seed "$seed"

    step "Importing them"
    show "init $database --timezone Europe/Warsaw"
    "$roster" init "$database" --timezone Europe/Warsaw
    show "import contacts $database $demo/contacts.csv --key key"
    "$roster" import contacts "$database" "$demo/contacts.csv" --key key
    touch "$demo/complete"
  fi
}

# Prints the count of a predicate and how long the whole command took, the database's opening included.
count() {
  local started=${EPOCHREALTIME/[.,]/} found ended
  found=$("$roster" count "$database" "$1" --as-of "$as_of")
  ended=${EPOCHREALTIME/[.,]/}
  printf '  %9s contacts  %4d ms   %s\n' "$found" $(((ended - started) / 1000)) "$1"
}

count_audiences() {
  step "Six audiences, counted exactly (the times include starting the program and opening the database)"
  count "newsletter"
  count "city = 'Łódź' and plan in ('premium', 'enterprise')"
  count "tags has any ('vip', 'покупатель') and not tags has 'blacklist'"
  count "ltv > 500 and last_order in last 90 days and email is not null"
  count "at least 2 of (sms_consent, orders >= 3, score > 70, last_visit in last 30 days)"
  count "anniversary(birthday) in next 7 days and language = 'ru' and first_name ilike 'а%'"
}

export_list() {
  local list=$demo/birthday-list.csv
  local predicate="anniversary(birthday) in next 7 days and newsletter"
  step "A send list: those with a birthday this week, without the blacklist, five in a hundred held out"
  show "export $database \"$predicate\" --fields key,email,first_name,city --suppress \"tags has 'blacklist'\" --holdout demo:5% --as-of $as_of --output $list"
  "$roster" export "$database" "$predicate" --fields key,email,first_name,city \
    --suppress "tags has 'blacklist'" --holdout demo:5% --as-of "$as_of" --output "$list"
  head -n 4 "$list" | sed 's/^/  /'
}

say_what_next() {
  step "What to try next"
  cat <<TEXT
  export PATH=\$PWD/build/release/bin:\$PATH
  roster schema show $database
  roster breakdown $database "newsletter" --by plan
  roster stats $database "orders > 0" --of ltv
  roster overlap $database "newsletter" "sms_consent" "tags has 'vip'"
  roster explain $database "city = 'Łódź' and ltv > 500" --analyze
  roster segment save $database vips "ltv > 1000 and tags has 'vip'"
  roster --help
TEXT
}

main() {
  read_options "$@"
  demo=build/demo
  # The database of the usual demo stays as it is.
  if [ "$contacts" -ne "$usual_contacts" ]; then demo+=-$contacts; fi
  database=$demo/contacts.roster
  if [ -n "$fresh" ]; then rm -rf "$demo"; fi
  tools/setup.sh
  build
  make_database
  count_audiences
  export_list
  say_what_next
}

main "$@"
