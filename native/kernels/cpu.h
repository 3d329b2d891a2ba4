// What this machine can do.
#pragma once

namespace tessera {

// The processor has AVX2 and FMA, and the operating system saves the wide registers (CPUID and XGETBV).
bool cpu_has_avx2();

// The same of AVX-512 (F, BW, DQ, VL), on processors that also have VBMI2: Intel's from Ice Lake and AMD's from Zen 4 on.
// Older ones lower their clock by so much under 512-bit arithmetic that AVX2 may be the faster.
bool cpu_has_avx512();

// Cores that this process may run on, hardware threads of one core counted once; at least 1.
int physical_cores();

}  // namespace tessera
