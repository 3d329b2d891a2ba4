#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::ref {

size_t gemm_scratch(int64_t, int64_t, int64_t) { return 0; }

// c[i, j] = alpha · Σ_p op(a)[i, p] · op(b)[p, j] + beta · c[i, j]
void gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
          const float* b, int64_t ldb, float beta, float* c, int64_t ldc, float*) {
  parallel_for(m, 1, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (int64_t p = 0; p < k; ++p) {
          const double left = trans_a ? a[p * lda + i] : a[i * lda + p];
          const double right = trans_b ? b[j * ldb + p] : b[p * ldb + j];
          sum += left * right;
        }
        // beta = 0 must not read c: it may hold NaN.
        const double old = beta == 0 ? 0 : static_cast<double>(beta) * c[i * ldc + j];
        c[i * ldc + j] = static_cast<float>(alpha * sum + old);
      }
    }
  });
}

}  // namespace tessera::ref
