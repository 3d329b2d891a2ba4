#!/usr/bin/env bash
# Some of the C++ tests under valgrind's memcheck: unlike AddressSanitizer it knows of numbers that nobody has written, and it
# sees the programs as they are shipped. Ends with 77 where valgrind is missing.
set -euo pipefail
jobs=$(getconf _NPROCESSORS_ONLN)
cd "$(dirname "$0")/.."
if ! command -v valgrind >/dev/null; then
  echo "tessera: LEFT OUT: the C++ tests under memcheck need valgrind (Debian: valgrind)" >&2
  exit 77
fi
cmake -S native -B build/native-tests -DCMAKE_BUILD_TYPE=Release -DTESSERA_TESTS=ON
cmake --build build/native-tests --parallel "$jobs"
# It runs all some fifty times slower, and threads that wait for each other far more: one does the parts of all. It knows no AVX-512: those kernels are left out by the
# processor's own word.
export OMP_THREAD_LIMIT=1 TESSERA_CASES=${TESSERA_CASES:-1}
printf "%s\0" activation arena refusals self_test conv2d_sweep fast_kernels |
  xargs -0 -P "$jobs" -I{} sh -c 'valgrind -q --error-exitcode=1 "build/native-tests/$1_test" >"build/native-tests/$1_test.memcheck" 2>&1 ||
    { echo "$1_test"; cat "build/native-tests/$1_test.memcheck"; exit 255; }' _ {}
echo "tessera: the C++ tests are clean under valgrind"
