// The module that Node and Electron load.
#include <napi.h>

#include "addon/data_set_handle.h"
#include "addon/errors.h"
#include "addon/network_handle.h"
#include "addon/operators.h"
#include "kernels/kernels.h"
#include "kernels/parallel.h"

namespace tessera::addon {
namespace {

Napi::Value engine_info(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("isa", active_kernels().isa);
  result.Set("threads", default_threads());
  return result;
}

Napi::Object initialise_module(Napi::Env env, Napi::Object exports) {
  exports.Set("engineInfo", Napi::Function::New(env, engine_info, "engineInfo"));
  exports.Set("NativeDataSet", DataSetHandle::define(env));
  exports.Set("NativeNetwork", NetworkHandle::define(env));
  define_operators(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(tessera, initialise_module)

}  // namespace tessera::addon
