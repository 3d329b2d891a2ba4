#!/usr/bin/env bash
# The C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake -S native -B build/sanitize -DCMAKE_BUILD_TYPE=Release -DTESSERA_TESTS=ON -DTESSERA_SANITIZE=address,undefined
cmake --build build/sanitize --parallel
ctest --test-dir build/sanitize --output-on-failure
echo "tessera: the C++ tests are clean under address,undefined"
