// What this machine can do.
#pragma once

namespace tessera {

// The processor has AVX2 and FMA, and the operating system saves the wide registers (CPUID and XGETBV).
bool cpu_has_avx2();

// Cores that this process may run on, hardware threads of one core counted once; at least 1.
int physical_cores();

}  // namespace tessera
