#include "addon/network_handle.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/batch.h"
#include "addon/errors.h"

namespace tessera::addon {
namespace {

Napi::Value to_object(Napi::Env env, const StepResult& result) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("loss", result.loss);
  object.Set("correct", static_cast<double>(result.correct));
  object.Set("gradientNorm", result.gradient_norm);
  object.Set("brokenLayer", static_cast<double>(result.broken_layer));
  return object;
}

Napi::Array describe(Napi::Env env, const Parameters& parameters) {
  Napi::Array list = Napi::Array::New(env);
  for (const Parameter& parameter : parameters.list()) {
    Napi::Array shape = Napi::Array::New(env);
    for (const int64_t extent : parameter.shape) shape.Set(shape.Length(), static_cast<double>(extent));
    Napi::Object info = Napi::Object::New(env);
    info.Set("name", parameter.name);
    info.Set("shape", shape);
    info.Set("trainable", parameter.trainable());
    list.Set(list.Length(), info);
  }
  return list;
}

// Parameters as gradients and optimisers know them: without running statistics.
std::vector<Parameter> trainable(const Parameters& parameters) {
  std::vector<Parameter> result;
  for (const Parameter& parameter : parameters.list()) {
    if (parameter.trainable()) result.push_back(parameter);
  }
  return result;
}

// Those of which a moving average is kept: all but the ones of frozen layers.
std::vector<Parameter> averaged(const Parameters& parameters) {
  std::vector<Parameter> result;
  for (const Parameter& parameter : parameters.list()) {
    if (parameter.block != Block::frozen) result.push_back(parameter);
  }
  return result;
}

float* average_of(Network& network, const Parameter& parameter) {
  WeightAverage& average = network.average();
  return (parameter.trainable() ? average.parameters() : average.statistics()).floats();
}

// One tensor for each parameter, in their order: the typed arrays' values, copied.
std::vector<Floats> tensors(const Napi::Value& value, const std::vector<Parameter>& parameters) {
  if (!value.IsArray() || value.As<Napi::Array>().Length() != parameters.size()) {
    throw Error("shapeMismatch", {{"operator", "tensors"},
                                  {"reason", "one tensor for each parameter is expected"}});
  }
  std::vector<Floats> result;
  for (uint32_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    const float* data = floats(value.As<Napi::Array>().Get(i), parameter.count(), parameter.name.c_str());
    result.emplace_back(data, data + parameter.count());
  }
  return result;
}

}  // namespace

Napi::Function NetworkHandle::define(Napi::Env env) {
  return DefineClass(env, "NativeNetwork",
                     {InstanceMethod("trainStep", &NetworkHandle::train_step),
                      InstanceMethod("evaluate", &NetworkHandle::evaluate),
                      InstanceMethod("forward", &NetworkHandle::forward),
                      InstanceMethod("trainEpoch", &NetworkHandle::train_epoch),
                      InstanceMethod("evaluateSet", &NetworkHandle::evaluate_set),
                      InstanceMethod("features", &NetworkHandle::features),
                      InstanceMethod("capture", &NetworkHandle::capture),
                      InstanceMethod("totalBytes", &NetworkHandle::total_bytes),
                      InstanceMethod("readParameters", &NetworkHandle::read_parameters),
                      InstanceMethod("writeParameters", &NetworkHandle::write_parameters),
                      InstanceMethod("readGradients", &NetworkHandle::read_gradients),
                      InstanceMethod("readOptimizer", &NetworkHandle::read_optimizer),
                      InstanceMethod("writeOptimizer", &NetworkHandle::write_optimizer),
                      InstanceMethod("swapAverage", &NetworkHandle::swap_average),
                      InstanceMethod("dispose", &NetworkHandle::dispose)});
}

NetworkHandle::NetworkHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NetworkHandle>(info) {
  const Napi::Env env = info.Env();
  guarded(env, [&] {
    network_ = std::make_shared<Network>(graph(info[0]), network_options(info[1]));
    executor_ = std::make_unique<Executor>(env, *this);
    Napi::Object self = info.This().As<Napi::Object>();
    self.Set("parameters", describe(env, network_->parameters()));
    self.Set("arenaBytes", static_cast<double>(network_->arena_bytes()));
    self.Set("classes", static_cast<double>(network_->classes()));
  });
  memory_ = static_cast<int64_t>(network_->total_bytes());
  Napi::MemoryManagement::AdjustExternalMemory(env, memory_);
}

void NetworkHandle::Finalize(Napi::BasicEnv env) {
  if (network_ != nullptr) Napi::MemoryManagement::AdjustExternalMemory(env, -memory_);
}

Napi::Value NetworkHandle::train_step(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto result = std::make_shared<StepResult>();
    return executor_->run(
        info.Env(),
        [net, result, given = batch(info[0], *net, true), how = optimizer_step(info[1])] {
          *result = net->train_step(given.count, given.seen(), how);
        },
        [result](Napi::Env env) { return to_object(env, *result); });
  });
}

Napi::Value NetworkHandle::evaluate(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto result = std::make_shared<StepResult>();
    auto logits = std::make_shared<Floats>();
    return executor_->run(
        info.Env(),
        [net, result, logits, given = batch(info[0], *net, true)] {
          logits->resize(static_cast<size_t>(given.count * net->classes()));
          *result = net->evaluate(given.count, given.seen(), logits->data());
        },
        [result, logits](Napi::Env env) {
          Napi::Value object = to_object(env, *result);
          object.As<Napi::Object>().Set("logits", to_array(env, *logits));
          return object;
        });
  });
}

Napi::Value NetworkHandle::forward(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto logits = std::make_shared<Floats>();
    return executor_->run(
        info.Env(),
        [net, logits, given = batch(info[0], *net, false)] {
          logits->resize(static_cast<size_t>(given.count * net->classes()));
          net->forward(given.count, given.seen(), logits->data());
        },
        [logits](Napi::Env env) { return to_array(env, *logits); });
  });
}

Napi::Value NetworkHandle::read_parameters(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto read = std::make_shared<std::vector<Floats>>();
    return executor_->run(
        info.Env(),
        [net, read] {
          for (const Parameter& parameter : net->parameters().list()) {
            net->read_parameter(parameter, read->emplace_back(static_cast<size_t>(parameter.count())).data());
          }
        },
        [read](Napi::Env env) { return to_arrays(env, *read); });
  });
}

Napi::Value NetworkHandle::write_parameters(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    return executor_->run(
        info.Env(),
        [net, given = tensors(info[0], net->parameters().list())] {
          size_t at = 0;
          for (const Parameter& parameter : net->parameters().list()) {
            net->write_parameter(parameter, given[at++].data());
          }
        },
        [](Napi::Env env) { return env.Undefined(); });
  });
}

Napi::Value NetworkHandle::read_gradients(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto read = std::make_shared<std::vector<Floats>>();
    return executor_->run(
        info.Env(),
        [net, read] {
          for (const Parameter& parameter : trainable(net->parameters())) {
            net->read_gradient(parameter, read->emplace_back(static_cast<size_t>(parameter.count())).data());
          }
        },
        [read](Napi::Env env) { return to_arrays(env, *read); });
  });
}

// { kind, step, blocks: { momentum: [tensor for each parameter] } }; kind null and no blocks before the first step.
Napi::Value NetworkHandle::read_optimizer(const Napi::CallbackInfo& info) {
  struct State {
    bool started = false;
    std::string kind;
    int64_t step = 0;
    std::vector<std::pair<std::string, std::vector<Floats>>> blocks;
  };
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto state = std::make_shared<State>();
    return executor_->run(
        info.Env(),
        [net, state] {
          const OptimizerState& optimizer = net->optimizer();
          if (!optimizer.started()) return;
          state->started = true;
          state->kind = name_of(optimizer.kind());
          state->step = optimizer.step();
          if (net->average().started()) {
            auto& read = state->blocks.emplace_back("average", std::vector<Floats>()).second;
            for (const Parameter& parameter : averaged(net->parameters())) {
              float* to = read.emplace_back(static_cast<size_t>(parameter.count())).data();
              net->parameters().read(parameter, average_of(*net, parameter), to);
            }
          }
          for (const auto& block : optimizer.blocks()) {
            auto& read = state->blocks.emplace_back(block.name, std::vector<Floats>()).second;
            for (const Parameter& parameter : trainable(net->parameters())) {
              float* to = read.emplace_back(static_cast<size_t>(parameter.count())).data();
              net->parameters().read(parameter, block.data, to);
            }
          }
        },
        [state](Napi::Env env) -> Napi::Value {
          Napi::Object object = Napi::Object::New(env), blocks = Napi::Object::New(env);
          for (const auto& [name, values] : state->blocks) blocks.Set(name, to_arrays(env, values));
          if (state->started) {
            object.Set("kind", state->kind);
          } else {
            object.Set("kind", env.Null());
          }
          object.Set("step", static_cast<double>(state->step));
          object.Set("blocks", blocks);
          return object;
        });
  });
}

Napi::Value NetworkHandle::write_optimizer(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    const Napi::Object from = object(info[0], "state"), blocks = object(from.Get("blocks"), "blocks");
    const int64_t step = whole_number(from, "step");
    if (from.Get("kind").IsNull() || step == 0) {
      return executor_->run(
          info.Env(),
          [net] {
            net->optimizer().forget();
            net->average().forget();
          },
          [](Napi::Env env) { return env.Undefined(); });
    }
    std::vector<Floats> average;
    if (!blocks.Get("average").IsUndefined()) average = tensors(blocks.Get("average"), averaged(net->parameters()));
    const auto kind = optimizer_kind(text(from, "kind"));
    std::vector<std::vector<Floats>> given;
    for (const char* name : OptimizerState::block_names(kind)) {
      given.push_back(tensors(blocks.Get(name), trainable(net->parameters())));
    }
    return executor_->run(
        info.Env(),
        [net, kind, step, given, average] {
          net->average().forget();
          if (!average.empty()) {
            net->average().begin(net->parameters().floats(), net->parameters().floats(Block::statistics));
            size_t tensor = 0;
            for (const Parameter& parameter : averaged(net->parameters())) {
              net->parameters().write(parameter, average[tensor++].data(), average_of(*net, parameter));
            }
          }
          net->optimizer().begin(kind, step, net->parameters().floats());
          size_t at = 0;
          for (const auto& block : net->optimizer().blocks()) {
            size_t tensor = 0;
            for (const Parameter& parameter : trainable(net->parameters())) {
              net->parameters().write(parameter, given[at][tensor++].data(), block.data);
            }
            ++at;
          }
        },
        [](Napi::Env env) { return env.Undefined(); });
  });
}

Napi::Value NetworkHandle::swap_average(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    return executor_->run(
        info.Env(), [net] { net->swap_average(); }, [](Napi::Env env) { return env.Undefined(); });
  });
}

void NetworkHandle::dispose(const Napi::CallbackInfo& info) {
  if (network_ == nullptr) return;
  network_.reset();
  executor_->stop();
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), -memory_);
}

std::shared_ptr<Network> NetworkHandle::network() const {
  if (network_ == nullptr) throw Error("networkDisposed", {});
  return network_;
}

}  // namespace tessera::addon
