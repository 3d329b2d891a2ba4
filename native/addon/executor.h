// One native thread on which a network's calls run one after the other, off the JavaScript thread. OpenMP keeps a team
// for every thread that opens parallel regions, so a network always stays on the same one.
#pragma once
#include <napi.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

namespace tessera::addon {

class Executor {
 public:
  // Builds the value that the promise resolves with, on the JavaScript thread.
  using Result = std::function<Napi::Value(Napi::Env)>;

  // `owner`, whose member the executor is, is kept from the garbage collector while promises are open.
  Executor(Napi::Env env, Napi::Reference<Napi::Object>& owner);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  using Flag = std::shared_ptr<std::atomic<bool>>;

  // Queues `work`. What it throws rejects the promise as a typed error. Where there is a flag, setting it cancels the
  // work, and so does `stop`.
  Napi::Promise run(Napi::Env env, std::function<void()> work, Result result, Flag cancel = nullptr);

  // From within the work that runs now: `told` runs on the JavaScript thread before the promise is settled. What it
  // throws is lost.
  void tell(std::function<void(Napi::Env)> told);

  // Lets the work that runs now end, or cancels it where it can be, and refuses what waits with `networkDisposed`. Does
  // not block.
  void stop();

 private:
  struct Job;
  struct Queue;

  // Stops, waits for the work that runs now, and lets go of the JavaScript side. Once; on the JavaScript thread.
  void close();
  static void close_with_environment(void* executor);

  napi_env env_;
  // Shared with promises that are not settled yet: they may outlive the network's JavaScript object.
  std::shared_ptr<Queue> queue_;
  std::thread thread_;
  bool closed_ = false;
};

}  // namespace tessera::addon
