// The single operators as JavaScript functions.
#pragma once
#include <napi.h>

namespace tessera::addon {

void define_operators(Napi::Env env, Napi::Object exports);

}  // namespace tessera::addon
