// `NativeNetwork`'s calls on whole data sets: { promise, cancel() }, since they may take long.
#include "network/epoch.h"

#include <chrono>
#include <utility>

#include "addon/arguments.h"
#include "addon/batch.h"
#include "addon/data_set_handle.h"
#include "addon/errors.h"
#include "addon/network_handle.h"

namespace tessera::addon {
namespace {

// Between two reports, seconds: as often as a person can follow, and rarely enough not to count.
constexpr double report_interval = 0.05;

// Steps that JavaScript has not heard of: loss, correct, pictures, seconds, norm of the gradients, seconds waited and the layer
// that broke, of each, one after the other.
class Reports {
 public:
  Reports(Executor& executor, std::shared_ptr<Napi::FunctionReference> listener)
      : executor_(executor), listener_(std::move(listener)) {}

  void add(const StepDone& step) {
    for (const double value : {static_cast<double>(step.result.loss), static_cast<double>(step.result.correct),
                               static_cast<double>(step.pictures), step.seconds,
                               static_cast<double>(step.result.gradient_norm), step.waited,
                               static_cast<double>(step.result.broken_layer)}) {
      waiting_.push_back(value);
    }
    if (step.seconds - last_ >= report_interval) flush(step.seconds);
  }

  void flush(double now) {
    last_ = now;
    if (waiting_.empty()) return;
    executor_.tell([listener = listener_, steps = std::exchange(waiting_, {})](Napi::Env env) {
      Napi::Float64Array array = Napi::Float64Array::New(env, steps.size());
      std::copy(steps.begin(), steps.end(), array.Data());
      listener->Call({array});
    });
  }

 private:
  Executor& executor_;
  std::shared_ptr<Napi::FunctionReference> listener_;
  std::vector<double> waiting_;
  double last_ = 0;
};

std::vector<int32_t> rows_of(const Napi::Value& value) {
  const int64_t count = length_of(value, "rows");
  const int32_t* rows = labels(value, count, "rows");
  return {rows, rows + count};
}

Napi::Value cancellable(Napi::Env env, const Napi::Promise& promise, const Executor::Flag& flag) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("promise", promise);
  object.Set("cancel", Napi::Function::New(env, [flag](const Napi::CallbackInfo&) { flag->store(true); }, "cancel"));
  return object;
}

}  // namespace

// trainEpoch(set, { rows, batchSize, learningRates, augmented? }, optimizer, onSteps(Float64Array))
Napi::Value NetworkHandle::train_epoch(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto set = DataSetHandle::from(info[0]);
    const Napi::Object from = object(info[1], "epoch");
    const int64_t steps = length_of(from.Get("learningRates"), "learningRates");
    const double* rates = doubles(from.Get("learningRates"), steps, "learningRates");
    Epoch epoch{rows_of(from.Get("rows")), whole_number(from, "batchSize"), {rates, rates + steps}};
    if (!from.Get("augmented").IsUndefined()) {
      epoch.augmented = augmented(from.Get("augmented"), static_cast<int64_t>(epoch.rows.size()));
    }
    if (!info[3].IsFunction()) refuse_shape("trainEpoch", "onSteps must be a function");
    auto listener = std::make_shared<Napi::FunctionReference>(Napi::Persistent(info[3].As<Napi::Function>()));
    const auto flag = std::make_shared<std::atomic<bool>>(false);
    const auto promise = executor_->run(
        info.Env(),
        // The listener must go on the JavaScript thread: the result holds it until then.
        [this, net, set, how = optimizer_step(info[2]), epoch = std::move(epoch), listener] {
          Reports reports(*executor_, listener);
          double now = 0;
          const auto tell = [&](const StepDone& step) {
            now = step.seconds;
            reports.add(step);
          };
          try {
            tessera::train_epoch(*net, *set, epoch, how, tell);
          } catch (...) {
            reports.flush(now);
            throw;
          }
          reports.flush(now);
        },
        [listener](Napi::Env env) { return env.Undefined(); }, flag);
    return cancellable(info.Env(), promise, flag);
  });
}

// evaluateSet(set, { rows, batchSize }): { loss, correct, logits }
Napi::Value NetworkHandle::evaluate_set(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto net = network();
    auto set = DataSetHandle::from(info[0]);
    const Napi::Object from = object(info[1], "evaluation");
    auto logits = std::make_shared<Floats>();
    auto result = std::make_shared<Evaluation>();
    const auto flag = std::make_shared<std::atomic<bool>>(false);
    const auto promise = executor_->run(
        info.Env(),
        [net, set, logits, result, rows = rows_of(from.Get("rows")), batch = whole_number(from, "batchSize")] {
          logits->resize(rows.size() * static_cast<size_t>(net->classes()));
          *result = tessera::evaluate(*net, *set, rows, batch, logits->data());
        },
        [result, logits](Napi::Env env) {
          Napi::Object object = Napi::Object::New(env);
          object.Set("loss", result->loss);
          object.Set("correct", static_cast<double>(result->correct));
          object.Set("logits", to_array(env, *logits));
          return object;
        },
        flag);
    return cancellable(info.Env(), promise, flag);
  });
}

}  // namespace tessera::addon
