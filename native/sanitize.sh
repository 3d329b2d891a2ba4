#!/usr/bin/env bash
# The C++ tests under AddressSanitizer with UndefinedBehaviorSanitizer, then under ThreadSanitizer; or under those named.
set -euo pipefail
# Without a number make starts as many compilers as there are files, half a gigabyte each.
jobs=$(getconf _NPROCESSORS_ONLN)
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- address,undefined thread
for kind in "$@"; do
  folder="build/sanitize-${kind%%,*}"
  # ThreadSanitizer is fifty times slower. What it looks for, threads that meet, a few shapes of each kind show.
  cases=100
  [ "$kind" != thread ] || cases=4
  cmake -S native -B "$folder" -DCMAKE_BUILD_TYPE=Release -DTESSERA_TESTS=ON -DTESSERA_SANITIZE="$kind"
  cmake --build "$folder" --parallel "$jobs"
  TESSERA_CASES=${TESSERA_CASES:-$cases} ctest --test-dir "$folder" --output-on-failure --parallel "$jobs"
  echo "tessera: the C++ tests are clean under $kind"
done
