#!/usr/bin/env bash
# The C++ tests under AddressSanitizer with UndefinedBehaviorSanitizer, then under ThreadSanitizer; or under those named.
set -euo pipefail
# Without a number make starts as many compilers as there are files, half a gigabyte each.
jobs=$(getconf _NPROCESSORS_ONLN)
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- address,undefined thread
for kind in "$@"; do
  folder="build/sanitize-${kind%%,*}"
  cmake -S native -B "$folder" -DCMAKE_BUILD_TYPE=Release -DTESSERA_TESTS=ON -DTESSERA_SANITIZE="$kind"
  cmake --build "$folder" --parallel "$jobs"
  ctest --test-dir "$folder" --output-on-failure
  echo "tessera: the C++ tests are clean under $kind"
done
