// The batch that a call brings, and the arrays that it gives back.
#pragma once
#include <napi.h>

#include <cstdint>
#include <vector>

#include "network/network.h"

namespace tessera::addon {

using Floats = std::vector<float>;

// JavaScript may change its arrays while the network works, so they are copied. Of `bytes` and `numbers` one is empty.
struct Batch {
  int64_t count;
  std::vector<uint8_t> bytes;
  Floats numbers;
  std::vector<int32_t> labels;
  Floats targets;  // where there are no labels

  Pictures seen() const {
    return {.bytes = bytes.empty() ? nullptr : bytes.data(), .numbers = numbers.empty() ? nullptr : numbers.data(),
            .labels = labels.empty() ? nullptr : labels.data(), .targets = targets.empty() ? nullptr : targets.data()};
  }
};

// { count, pictures: Uint8Array [N, H, W, C] } or { count, data: Float32Array [N, C, H, W] }; where `labeled`, with `labels` or
// with `targets`, a share of each class.
Batch batch(const Napi::Value& value, const Network& network, bool labeled);

// Electron forbids buffers outside of V8's heap, so results are copied into it.
Napi::Value to_array(Napi::Env env, const Floats& values);
Napi::Value to_arrays(Napi::Env env, const std::vector<Floats>& tensors);

}  // namespace tessera::addon
