#include "addon/executor.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <utility>

#include "addon/errors.h"
#include "kernels/parallel.h"

namespace tessera::addon {

struct Executor::Job {
  std::function<void()> work;
  Result result;
  Napi::Promise::Deferred deferred;
  std::shared_ptr<Queue> queue;
  Flag cancel;
  std::exception_ptr thrown = nullptr;

  void settle(Napi::Env env);
};

struct Executor::Queue {
  // Of these three the last two are touched on the JavaScript thread only.
  Napi::ThreadSafeFunction to_javascript;
  Napi::Reference<Napi::Object>& owner;
  int unsettled = 0;  // promises

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::unique_ptr<Job>> waiting;
  Flag running;  // what cancels the work that runs now
  bool stopping = false;

  explicit Queue(Napi::Reference<Napi::Object>& owner_of_network) : owner(owner_of_network) {}

  void loop();
  bool is_stopping() {
    const std::lock_guard lock(mutex);
    return stopping;
  }
  // Null when there is nothing left and nothing will come.
  std::unique_ptr<Job> next();
};

Executor::Executor(Napi::Env env, Napi::Reference<Napi::Object>& owner)
    : env_(env), queue_(std::make_shared<Queue>(owner)) {
  const auto nothing = Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  queue_->to_javascript = Napi::ThreadSafeFunction::New(env, nothing, "tessera network", 0, 1);
  // A network that has nothing to do must not keep the process alive.
  queue_->to_javascript.Unref(env);
  // Hooks run in reverse order: the thread has ended before the environment takes `to_javascript` down, which must not
  // be touched from then on.
  napi_add_env_cleanup_hook(env_, close_with_environment, this);
  thread_ = std::thread([queue = queue_] { queue->loop(); });
}

Executor::~Executor() {
  if (closed_) return;
  napi_remove_env_cleanup_hook(env_, close_with_environment, this);
  close();
}

void Executor::close_with_environment(void* executor) { static_cast<Executor*>(executor)->close(); }

void Executor::close() {
  closed_ = true;
  stop();
  thread_.join();
  queue_->to_javascript.Release();
}

Napi::Promise Executor::run(Napi::Env env, std::function<void()> work, Result result, Flag cancel) {
  const auto deferred = Napi::Promise::Deferred::New(env);
  auto job = std::make_unique<Job>(Job{std::move(work), std::move(result), deferred, queue_, std::move(cancel)});
  if (queue_->unsettled++ == 0) {
    queue_->to_javascript.Ref(env);
    queue_->owner.Ref();
  }
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->waiting.push_back(std::move(job));
  }
  queue_->changed.notify_one();
  return deferred.Promise();
}

void Executor::stop() {
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->stopping = true;
    if (queue_->running != nullptr) queue_->running->store(true);
  }
  queue_->changed.notify_one();
}

void Executor::tell(std::function<void(Napi::Env)> told) {
  using Told = std::function<void(Napi::Env)>;
  auto owned = std::make_unique<Told>(std::move(told));
  const auto call = [](Napi::Env env, Napi::Function, Told* given) {
    const std::unique_ptr<Told> one(given);
    if (env == nullptr) return;
    const Napi::HandleScope scope(env);
    try {
      (*one)(env);
    } catch (const Napi::Error&) {
      // The listener's own affair.
    }
  };
  if (queue_->to_javascript.NonBlockingCall(owned.get(), call) == napi_ok) owned.release();
}

std::unique_ptr<Executor::Job> Executor::Queue::next() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [this] { return stopping || !waiting.empty(); });
  if (waiting.empty()) return nullptr;
  auto job = std::move(waiting.front());
  waiting.pop_front();
  if (stopping) job->work = [] { throw Error("networkDisposed", {}); };
  running = job->cancel;
  return job;
}

void Executor::Queue::loop() {
  while (auto job = next()) {
    try {
      const Cancellation cancellation(job->cancel.get());
      job->work();
    } catch (...) {
      job->thrown = job->cancel != nullptr && is_stopping() ? std::make_exception_ptr(Error("networkDisposed", {}))
                                                            : std::current_exception();
    }
    job->work = nullptr;  // what it held goes now, not when JavaScript comes to it
    const auto settle = [](Napi::Env env, Napi::Function, Job* done) {
      const std::unique_ptr<Job> owned(done);
      if (env == nullptr) return;
      try {
        owned->settle(env);
      } catch (const Napi::Error&) {
        // JavaScript was terminated: there is nobody to tell.
      }
    };
    if (to_javascript.BlockingCall(job.get(), settle) == napi_ok) job.release();
  }
}

void Executor::Job::settle(Napi::Env env) {
  const Napi::HandleScope scope(env);
  if (--queue->unsettled == 0) {
    queue->to_javascript.Unref(env);
    queue->owner.Unref();
  }
  if (thrown != nullptr) {
    deferred.Reject(to_javascript(env, thrown).Value());
    return;
  }
  try {
    deferred.Resolve(result(env));
  } catch (const Napi::Error& error) {
    deferred.Reject(error.Value());
  }
}

}  // namespace tessera::addon
