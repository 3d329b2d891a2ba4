// `NativeNetwork`'s calls that look into the network.
#include <utility>

#include "addon/arguments.h"
#include "addon/batch.h"
#include "addon/errors.h"
#include "addon/network_handle.h"

namespace tessera::addon {
namespace {

using Of = CaptureRequest::Of;

Of what_of(const std::string& name) {
  if (name == "nothing") return Of::nothing;
  if (name == "loss") return Of::loss;
  if (name == "logit") return Of::logit;
  refuse_shape("capture", "there is no gradient of " + name);
}

// [{ shape, output, gradient }]: [C, H, W], or one number where the layer gives numbers in a row; gradient may be null.
Napi::Value to_objects(Napi::Env env, const std::vector<Seen>& layers) {
  Napi::Array list = Napi::Array::New(env, layers.size());
  for (uint32_t i = 0; i < layers.size(); ++i) {
    const Seen& seen = layers[i];
    Napi::Array shape = Napi::Array::New(env);
    if (seen.shape.flat) {
      shape.Set(0u, static_cast<double>(seen.shape.size()));
    } else {
      for (const int64_t extent : {seen.shape.c, seen.shape.h, seen.shape.w}) {
        shape.Set(shape.Length(), static_cast<double>(extent));
      }
    }
    Napi::Object object = Napi::Object::New(env);
    object.Set("shape", shape);
    object.Set("output", to_array(env, seen.output));
    object.Set("gradient", seen.gradient.empty() ? env.Null() : to_array(env, seen.gradient));
    list.Set(i, object);
  }
  return list;
}

}  // namespace

// features(batch, { layers })
Napi::Value NetworkHandle::features(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto seen = std::make_shared<std::vector<Seen>>();
    return executor_->run(
        info.Env(),
        [net, seen, given = batch(info[0], *net, false), layers = texts(object(info[1], "request"), "layers")] {
          *seen = net->features(given.count, given.seen(), layers);
        },
        [seen](Napi::Env env) { return to_objects(env, *seen); });
  });
}

// capture(batch, { layers, training, gradientOf }): { logits, loss, layers }
Napi::Value NetworkHandle::capture(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    const Napi::Object from = object(info[1], "request");
    CaptureRequest request{texts(from, "layers"), flag(from, "training"), what_of(text(from, "gradientOf"))};
    auto captured = std::make_shared<Captured>();
    const bool labeled = request.of != Of::nothing;
    return executor_->run(
        info.Env(),
        [net, captured, given = batch(info[0], *net, labeled), request = std::move(request)] {
          *captured = net->capture(given.count, given.seen(), request);
        },
        [captured](Napi::Env env) {
          Napi::Object object = Napi::Object::New(env);
          object.Set("logits", to_array(env, captured->logits));
          object.Set("loss", captured->loss);
          object.Set("layers", to_objects(env, captured->layers));
          return object;
        });
  });
}

// Grows when the optimiser begins, or when layers are first looked at: hence a call.
Napi::Value NetworkHandle::total_bytes(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto bytes = std::make_shared<size_t>(0);
    return executor_->run(
        info.Env(), [net, bytes] { *bytes = net->total_bytes(); },
        [bytes](Napi::Env env) { return Napi::Number::New(env, static_cast<double>(*bytes)); });
  });
}

}  // namespace tessera::addon
