#!/usr/bin/env bash
# The C++ tests where this machine's own processor cannot run them: `emulate.sh arm` on 64-bit Arm (cross-built, under
# qemu-aarch64), `emulate.sh x86` on an x86-64 without AVX (qemu-x86_64); without a word both. Ends with 77 where a tool that
# is missing leaves one out.
set -euo pipefail
# Without a number make starts as many compilers as there are files, half a gigabyte each.
jobs=$(getconf _NPROCESSORS_ONLN)
# Teams larger than the machine must not spin, least of all under an emulator.
export OMP_WAIT_POLICY=passive
# All is some twenty times slower here.
export TESSERA_CASES=${TESSERA_CASES:-20}
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- arm x86
left_out=0

have() { command -v "$1" >/dev/null; }

# needs WHAT TOOL PACKAGE …: whether all tools are there; those that are not are named with Debian's package.
needs() {
  local what=$1 missing=""
  shift
  while [ $# -gt 0 ]; do
    have "$1" || missing="$missing $1 (Debian: $2)"
    shift 2
  done
  [ -z "$missing" ] && return
  echo "tessera: LEFT OUT: the C++ tests $what need$missing" >&2
  left_out=77
  return 1
}

arm() {
  needs "on Arm" aarch64-linux-gnu-g++ g++-aarch64-linux-gnu qemu-aarch64 qemu-user || return 0
  cmake -S native -B build/emulate-arm -DCMAKE_BUILD_TYPE=Release -DTESSERA_TESTS=ON -DCMAKE_SYSTEM_NAME=Linux \
    -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ \
    "-DCMAKE_CROSSCOMPILING_EMULATOR=qemu-aarch64;-L;/usr/aarch64-linux-gnu"
  cmake --build build/emulate-arm --parallel "$jobs"
  ctest --test-dir build/emulate-arm --output-on-failure --parallel "$jobs"
  echo "tessera: the C++ tests hold on Arm with NEON"
}

x86() {
  if [ "$(uname -m)" != x86_64 ]; then
    echo "tessera: LEFT OUT: the C++ tests without AVX need an x86-64" >&2
    left_out=77
    return
  fi
  needs "without AVX" qemu-x86_64 qemu-user || return 0
  # The programs are those of this machine: which table they take is decided when they run.
  cmake -S native -B build/native-tests -DCMAKE_BUILD_TYPE=Release -DTESSERA_TESTS=ON
  cmake --build build/native-tests --parallel "$jobs"
  # A processor of 2008: SSE4.2, no AVX.
  printf '%s\0' build/native-tests/*_test |
    xargs -0 -P "$jobs" -I{} sh -c 'qemu-x86_64 -cpu Nehalem-v1 "$1" >"$1.log" 2>&1 || { echo "$1"; cat "$1.log"; exit 255; }' _ {}
  # Without a setting, SSE2 must be what is chosen.
  grep -q '^sse2 against ref' build/native-tests/activation_test.log ||
    { echo "tessera: a processor without AVX2 does not take SSE2" >&2; exit 1; }
  echo "tessera: the C++ tests hold on an x86-64 without AVX"
}

for each in "$@"; do "$each"; done
exit "$left_out"
