// C++ exceptions end here: each becomes a JavaScript error with `code` and `details`, never a crash.
#pragma once
#include <napi.h>

#include <exception>
#include <utility>

#include "network/error.h"

namespace tessera::addon {

// The JavaScript error for a `tessera::Error`, for memory that ran out, or for anything else that was thrown.
Napi::Error to_javascript(Napi::Env env, const std::exception_ptr& thrown);

// Runs `body` and gives its value; what it throws leaves as a JavaScript error.
template <class Body>
auto guarded(Napi::Env env, Body body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw to_javascript(env, std::current_exception());
  }
}

}  // namespace tessera::addon
