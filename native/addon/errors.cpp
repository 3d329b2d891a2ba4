#include "addon/errors.h"

#include <new>
#include <string>

namespace tessera::addon {
namespace {

Napi::Error with_code(Napi::Env env, const std::string& code, const Error::Details& details) {
  Napi::Error error = Napi::Error::New(env, code);
  Napi::Object values = Napi::Object::New(env);
  for (const auto& [name, value] : details) values.Set(name, value);
  error.Set("code", code);
  error.Set("details", values);
  return error;
}

}  // namespace

Napi::Error to_javascript(Napi::Env env, const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return with_code(env, error.code, error.details);
  } catch (const std::bad_alloc&) {
    return with_code(env, "unexpected",
                     {{"reason", "the memory does not suffice for this network; choose a smaller batch"}});
  } catch (const std::exception& error) {
    return with_code(env, "unexpected", {{"reason", error.what()}});
  }
}

}  // namespace tessera::addon
