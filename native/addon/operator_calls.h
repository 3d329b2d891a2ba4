// What the files of single operators share: a call of JavaScript, and results in its own memory.
#pragma once
#include <napi.h>

#include <algorithm>

#include "addon/errors.h"
#include "network/operators.h"

namespace tessera::addon {

using Call = Napi::CallbackInfo;
using Operator = Napi::Value (*)(const Call&);

inline Napi::Value to_array(Napi::Env env, const Floats& values) {
  Napi::Float32Array array = Napi::Float32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

template <Operator Function>
Napi::Value without_exceptions(const Call& call) {
  return guarded(call.Env(), [&] { return Function(call); });
}

template <Operator Function>
void define(Napi::Env env, Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<without_exceptions<Function>>(env, name));
}

// Batch norm, LRN, dropout, softmax, padding, products, and activations with numbers of their own.
void define_elementwise_operators(Napi::Env env, Napi::Object exports);

// Changes of pictures.
void define_augment(Napi::Env env, Napi::Object exports);

}  // namespace tessera::addon
