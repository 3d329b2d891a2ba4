// The matrix product of simd.h with what a layer does to its result.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/kernels.h"
#include "kernels/simd/vec.h"

namespace tessera::TESSERA_SIMD {

struct Epilogue {
  const float* bias = nullptr;  // of each column
  Activation act = Activation::none;  // one that is_fused (activation.h)
};

// B as fused_gemm multiplies it, packed once for many calls.
size_t gemm_packed_b(int64_t n, int64_t k);  // floats
void gemm_pack_b(bool trans_b, int64_t n, int64_t k, const float* b, int64_t ldb, float* to);

// Where packed_b is given, A must not be transposed; b is not read then, and no scratch is needed.
void fused_gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
                const float* b, int64_t ldb, float beta, float* c, int64_t ldc, const Epilogue& epilogue,
                float* scratch, const float* packed_b = nullptr);

// A panel of rows that lie `step` apart, of which there are at most tile_columns: to[q][j] = from[j · step + q] for
// q in 0 … length − 1, with zeros where rows are missing.
void pack_rows(const float* from, int64_t step, int64_t rows, int64_t length, float* to);

}  // namespace tessera::TESSERA_SIMD
