// `NativeNetwork`: a network as a JavaScript object. Every call gives a promise; app/engine wraps it.
#pragma once
#include <napi.h>

#include <memory>

#include "addon/executor.h"
#include "network/network.h"

namespace tessera::addon {

class NetworkHandle : public Napi::ObjectWrap<NetworkHandle> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit NetworkHandle(const Napi::CallbackInfo& info);
  void Finalize(Napi::BasicEnv env) override;

 private:
  Napi::Value train_step(const Napi::CallbackInfo& info);
  Napi::Value evaluate(const Napi::CallbackInfo& info);
  Napi::Value forward(const Napi::CallbackInfo& info);
  Napi::Value train_epoch(const Napi::CallbackInfo& info);
  Napi::Value evaluate_set(const Napi::CallbackInfo& info);
  Napi::Value features(const Napi::CallbackInfo& info);
  Napi::Value capture(const Napi::CallbackInfo& info);
  Napi::Value total_bytes(const Napi::CallbackInfo& info);
  Napi::Value read_parameters(const Napi::CallbackInfo& info);
  Napi::Value write_parameters(const Napi::CallbackInfo& info);
  Napi::Value read_gradients(const Napi::CallbackInfo& info);
  Napi::Value read_optimizer(const Napi::CallbackInfo& info);
  Napi::Value write_optimizer(const Napi::CallbackInfo& info);
  Napi::Value swap_average(const Napi::CallbackInfo& info);
  void dispose(const Napi::CallbackInfo& info);

  // The network, for a piece of work that may end after `dispose`. Throws `networkDisposed`.
  std::shared_ptr<Network> network() const;

  std::shared_ptr<Network> network_;
  int64_t memory_ = 0;  // bytes that the garbage collector was told of
  std::unique_ptr<Executor> executor_;
};

}  // namespace tessera::addon
