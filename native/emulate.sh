#!/usr/bin/env bash
# The C++ tests where this machine's own processor cannot run them: on 64-bit Arm (cross-built, under qemu-aarch64), and
# on an x86-64 without AVX (qemu-x86_64). What a missing tool leaves out is said, and is no failure.
set -euo pipefail
# Without a number make starts as many compilers as there are files, half a gigabyte each.
jobs=$(getconf _NPROCESSORS_ONLN)
# Teams larger than the machine must not spin, least of all under an emulator.
export OMP_WAIT_POLICY=passive
cd "$(dirname "$0")/.."

have() { command -v "$1" >/dev/null; }
skip() { echo "tessera: SKIPPED: $1" >&2; }

if have aarch64-linux-gnu-g++ && have qemu-aarch64; then
  cmake -S native -B build/emulate-arm -DCMAKE_BUILD_TYPE=Release -DTESSERA_TESTS=ON -DCMAKE_SYSTEM_NAME=Linux \
    -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ \
    "-DCMAKE_CROSSCOMPILING_EMULATOR=qemu-aarch64;-L;/usr/aarch64-linux-gnu"
  cmake --build build/emulate-arm --parallel "$jobs"
  ctest --test-dir build/emulate-arm --output-on-failure
  echo "tessera: the C++ tests hold on Arm with NEON"
else
  skip "the tests on Arm need aarch64-linux-gnu-g++ and qemu-aarch64 (Debian: g++-aarch64-linux-gnu, qemu-user)"
fi

if [ "$(uname -m)" = x86_64 ] && have qemu-x86_64; then
  cmake -S native -B build/emulate-x86 -DCMAKE_BUILD_TYPE=Release -DTESSERA_TESTS=ON
  cmake --build build/emulate-x86 --parallel "$jobs"
  # A processor of 2008: SSE4.2, no AVX. Without a setting, SSE2 must be what is chosen.
  for test in build/emulate-x86/*_test; do
    echo "$test"
    qemu-x86_64 -cpu Nehalem-v1 "$test"
  done
  qemu-x86_64 -cpu Nehalem-v1 build/emulate-x86/activation_test | grep -q '^sse2 against ref' ||
    { echo "tessera: a processor without AVX2 does not take SSE2" >&2; exit 1; }
  echo "tessera: the C++ tests hold on an x86-64 without AVX"
else
  skip "the tests on a processor without AVX need qemu-x86_64 (Debian: qemu-user)"
fi
