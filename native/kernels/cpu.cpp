#include "kernels/cpu.h"

#include <algorithm>
#include <cstdint>
#include <thread>

#if defined(_M_X64)
#include <immintrin.h>
#include <intrin.h>
#elif defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__linux__)
#include <sched.h>

#include <fstream>
#include <set>
#include <string>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(_WIN32)
#include <windows.h>

#include <vector>
#endif

namespace tessera {

#if defined(__x86_64__) || defined(_M_X64)

namespace {

struct Registers {
  uint32_t eax, ebx, ecx, edx;
};

Registers cpuid(uint32_t leaf) {
#if defined(_M_X64)
  int out[4];
  __cpuidex(out, static_cast<int>(leaf), 0);
  return {static_cast<uint32_t>(out[0]), static_cast<uint32_t>(out[1]), static_cast<uint32_t>(out[2]),
          static_cast<uint32_t>(out[3])};
#else
  Registers out{};
  __get_cpuid_count(leaf, 0, &out.eax, &out.ebx, &out.ecx, &out.edx);
  return out;
#endif
}

// The register state that the operating system saves and restores (XCR0).
uint64_t enabled_state() {
#if defined(_M_X64)
  return _xgetbv(0);
#else
  // The intrinsic would need -mxsave on this file.
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
#endif
}

}  // namespace

bool cpu_has_avx2() {
  constexpr uint32_t fma = 1u << 12, osxsave = 1u << 27, avx = 1u << 28, avx2 = 1u << 5;
  constexpr uint64_t sse_and_avx_state = 6;
  if (cpuid(0).eax < 7) return false;
  const uint32_t features = cpuid(1).ecx;
  if ((features & fma) == 0 || (features & osxsave) == 0 || (features & avx) == 0) return false;
  return (enabled_state() & sse_and_avx_state) == sse_and_avx_state && (cpuid(7).ebx & avx2) != 0;
}

bool cpu_has_avx512() {
  constexpr uint32_t f = 1u << 16, dq = 1u << 17, bw = 1u << 30, vl = 1u << 31, vbmi2 = 1u << 6, all = f | dq | bw | vl;
  constexpr uint64_t mask_and_upper_state = 0xe0;
  if (!cpu_has_avx2()) return false;
  const Registers features = cpuid(7);
  return (enabled_state() & mask_and_upper_state) == mask_and_upper_state && (features.ebx & all) == all &&
         (features.ecx & vbmi2) != 0;
}

#else

bool cpu_has_avx2() { return false; }
bool cpu_has_avx512() { return false; }

#endif

namespace {

int hardware_threads() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

}  // namespace

int physical_cores() {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return hardware_threads();
  // Hardware threads of one core name the same siblings.
  std::set<std::string> cores;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
    std::string siblings;
    if (!std::getline(file, siblings)) return hardware_threads();
    cores.insert(siblings);
  }
  return std::max(1, static_cast<int>(cores.size()));
#elif defined(__APPLE__)
  int cores = 0;
  size_t size = sizeof cores;
  return sysctlbyname("hw.physicalcpu", &cores, &size, nullptr, 0) == 0 && cores > 0 ? cores : hardware_threads();
#elif defined(_WIN32)
  DWORD bytes = 0;
  GetLogicalProcessorInformation(nullptr, &bytes);
  std::vector<SYSTEM_LOGICAL_PROCESSOR_INFORMATION> entries(bytes / sizeof(SYSTEM_LOGICAL_PROCESSOR_INFORMATION));
  if (entries.empty() || !GetLogicalProcessorInformation(entries.data(), &bytes)) return hardware_threads();
  const auto is_core = [](const auto& entry) { return entry.Relationship == RelationProcessorCore; };
  return std::max(1, static_cast<int>(std::count_if(entries.begin(), entries.end(), is_core)));
#else
  return hardware_threads();
#endif
}

}  // namespace tessera
