// What comes from JavaScript, checked and as C++ has it. A wrong kind of value throws `Error` with `shapeMismatch`.
#pragma once
#include <napi.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "network/feeder.h"
#include "network/graph.h"
#include "network/network.h"

namespace tessera::addon {

int64_t whole_number(const Napi::Object& object, const char* key);
double number(const Napi::Object& object, const char* key);
bool flag(const Napi::Object& object, const char* key);
std::string text(const Napi::Object& object, const char* key);
Napi::Object object(const Napi::Value& value, const char* what);

// `count` whole numbers of an array.
template <size_t Count>
std::array<int64_t, Count> whole_numbers(const Napi::Object& object, const char* key);

// The typed arrays' own memory; `expected` is how many elements there must be.
const float* floats(const Napi::Value& value, int64_t expected, const char* what);
const float* floats_or_null(const Napi::Value& value, int64_t expected, const char* what);
const uint8_t* bytes(const Napi::Value& value, int64_t expected, const char* what);
const int32_t* labels(const Napi::Value& value, int64_t expected, const char* what);
const double* doubles(const Napi::Value& value, int64_t expected, const char* what);
const uint16_t* places(const Napi::Value& value, int64_t expected, const char* what);

std::vector<std::string> texts(const Napi::Object& object, const char* key);
// Of a typed array, whatever its kind.
int64_t length_of(const Napi::Value& value, const char* what);

Graph graph(const Napi::Value& value);
NetworkOptions network_options(const Napi::Value& value);
OptimizerStep optimizer_step(const Napi::Value& value);
// Strengths by their names in app/contract/augmentation.ts; what is left out is 0.
Augmentation augmentation(const Napi::Object& from);
// { …strengths, seed, epoch, pictures, draws } for so many rows.
Augmented augmented(const Napi::Value& value, int64_t rows);
OptimizerStep::Kind optimizer_kind(const std::string& name);
Activation activation(const std::string& name);

}  // namespace tessera::addon
