// The matrix product of simd.h with what a layer does to its result.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/simd/vec.h"

namespace tessera::TESSERA_SIMD {

struct Epilogue {
  const float* bias = nullptr;  // of each column
  bool relu = false;
};

void fused_gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
                const float* b, int64_t ldb, float beta, float* c, int64_t ldc, const Epilogue& epilogue,
                float* scratch);

}  // namespace tessera::TESSERA_SIMD
