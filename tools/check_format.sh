#!/usr/bin/env bash
# Checks that all sources are formatted as .clang-format says; `--fix` formats them.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(find core index server tools bench tests -name '*.h' -o -name '*.cpp' 2>/dev/null | sort)
if [ "${1:-}" = --fix ]; then
  clang-format -i "${sources[@]}"
else
  clang-format --dry-run -Werror "${sources[@]}"
fi
printf 'format: %s files\n' "${#sources[@]}"
