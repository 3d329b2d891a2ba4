#pragma once
#include "kernels/kernels.h"

namespace tessera {

// Runs small cases of the heavy operators through `table` and through the reference (about a millisecond). Null when
// they agree, otherwise a sentence that names the operator.
const char* self_test(const Kernels& table);

}  // namespace tessera
