#include "addon/batch.h"

#include <algorithm>

#include "addon/arguments.h"

namespace tessera::addon {

Batch batch(const Napi::Value& value, const Network& network, bool labeled) {
  const Napi::Object from = object(value, "batch");
  Batch result{whole_number(from, "count"), {}, {}, {}, {}};
  const int64_t values = result.count * network.input().size();
  if (from.Has("data")) {
    const float* numbers = floats(from.Get("data"), values, "input");
    result.numbers.assign(numbers, numbers + values);
  } else {
    const uint8_t* pictures = bytes(from.Get("pictures"), values, "pictures");
    result.bytes.assign(pictures, pictures + values);
  }
  if (labeled && !from.Get("targets").IsUndefined()) {
    const int64_t shares = result.count * network.classes();
    const float* given = floats(from.Get("targets"), shares, "targets");
    result.targets.assign(given, given + shares);
  } else if (labeled) {
    const int32_t* given = labels(from.Get("labels"), result.count, "labels");
    result.labels.assign(given, given + result.count);
  }
  return result;
}

Napi::Value to_array(Napi::Env env, const Floats& values) {
  Napi::Float32Array array = Napi::Float32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

Napi::Value to_arrays(Napi::Env env, const std::vector<Floats>& tensors) {
  Napi::Array arrays = Napi::Array::New(env, tensors.size());
  for (uint32_t i = 0; i < tensors.size(); ++i) arrays.Set(i, to_array(env, tensors[i]));
  return arrays;
}

}  // namespace tessera::addon
