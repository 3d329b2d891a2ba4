// What a training step leaves behind: nothing. No allocation after the second step, no new pages, nothing of a step that was
// cancelled, and the same bits whatever the number of threads.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>
#include <thread>

#include "check.h"
#include "kernels/parallel.h"
#include "network/epoch.h"
#include "network/error.h"

#if defined(_MSC_VER)
#include <malloc.h>
#endif
#if defined(__linux__)
#include <sys/resource.h>

#include <filesystem>
#endif

namespace {

std::atomic<int64_t> allocations{0}, held{0};

void* allocate(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  ++held;
#if defined(_MSC_VER)
  void* memory = _aligned_malloc(bytes, alignment);
#else
  void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
#endif
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void release(void* memory) {
  if (memory == nullptr) return;
  --held;
#if defined(_MSC_VER)
  _aligned_free(memory);
#else
  std::free(memory);
#endif
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(std::max<std::size_t>(bytes, 1), alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
// std::stable_sort asks with this form; left to a sanitizer it would not match the operator delete below.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return operator new(bytes);
  } catch (...) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

using namespace tessera;
using namespace tessera::test;

namespace {

// Every kind of layer that a step may meet, branches and dropout among them.
Graph residual() {
  Graph graph{2, 12, 12, {}, {}};
  const auto add = [&](const char* id, std::vector<std::string> inputs, decltype(Layer::op) op) {
    graph.layers.push_back({id, std::move(inputs), std::move(op)});
  };
  const auto conv = [](int64_t filters) { return Conv2dLayer{filters, {3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, true}; };
  const BatchNorm2dLayer norm{1e-3f, 0.1f};
  const ActivationLayer relu{Activation::relu};
  add("stem", {"input"}, conv(16));
  add("stem-norm", {"stem"}, norm);
  add("stem-relu", {"stem-norm"}, relu);
  add("a", {"stem-relu"}, conv(16));
  add("a-norm", {"a"}, norm);
  add("sum", {"a-norm", "stem-relu"}, AddLayer{});
  add("sum-relu", {"sum"}, relu);
  add("depthwise", {"sum-relu"}, Conv2dLayer{16, {3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 16, true});
  add("average", {"depthwise"}, Pool2dLayer{Pool2dLayer::Kind::average, {3, 3}, {1, 1}, {1, 1}});
  add("pool", {"average"}, Pool2dLayer{Pool2dLayer::Kind::max, {2, 2}, {2, 2}, {0, 0}});
  add("strided", {"stem-relu"}, Conv2dLayer{7, {5, 5}, {2, 2}, {2, 2, 2, 2}, {1, 1}, 1, false});
  add("one", {"pool"}, Conv2dLayer{5, {1, 1}, {1, 1}, {0, 0, 0, 0}, {1, 1}, 1, true});
  add("one-relu", {"one"}, relu);
  add("all", {"one-relu", "pool", "strided"}, ConcatLayer{});
  add("lrn", {"all"}, LrnLayer{3, 0.1f, 0.75f, 1});
  add("flat", {"lrn"}, FlattenLayer{});
  add("drop", {"flat"}, DropoutLayer{0.3f});
  add("fc", {"drop"}, DenseLayer{24, true});
  add("tanh", {"fc"}, ActivationLayer{Activation::tanh});
  add("logits", {"tanh"}, DenseLayer{4, true});
  return graph;
}

NetworkOptions options(int threads, bool keeps_gradients = true) {
  NetworkOptions result;
  result.keeps_gradients = keeps_gradients;
  result.seed = 3;
  result.threads = threads;
  result.max_batch = 8;
  result.mean = result.std = {0.5f, 0.5f};
  return result;
}

constexpr int64_t picture = 2 * 12 * 12;

DataSet data_set(int64_t count) {
  std::vector<int32_t> labels;
  for (int64_t i = 0; i < count; ++i) labels.push_back(static_cast<int32_t>(i % 4));
  DataSet set(DataSet::Kind::bytes, picture, labels);
  for (int64_t i = 0; i < count * picture; ++i) set.as_bytes()[i] = static_cast<uint8_t>(pick(0, 255));
  return set;
}

std::vector<float> all_parameters(const Network& network) {
  std::vector<float> all;
  for (const Parameter& parameter : network.parameters().list()) {
    std::vector<float> values(static_cast<size_t>(parameter.count()));
    network.read_parameter(parameter, values.data());
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

const OptimizerStep sgd{.kind = OptimizerStep::Kind::sgd, .learning_rate = 0.02f, .momentum = 0.9f};
const OptimizerStep adam{.kind = OptimizerStep::Kind::adamw, .learning_rate = 1e-3f, .weight_decay = 0.01f};
const std::vector<int32_t> rows{5, 2, 9, 0, 7, 1, 3, 8};

StepResult step(Network& network, const DataSet& set, const OptimizerStep& how, int64_t n = 8) {
  return network.train_step(n, Pictures::of(set, rows.data()), how);
}

void check_same_bits(const DataSet& set, const OptimizerStep& how) {
  std::vector<float> first;
  float loss = 0;
  for (const int threads : {1, 1, 2, 3, 4, 7, 64}) {
    Network network(residual(), options(threads));
    StepResult last{};
    for (const int64_t n : {8, 8, 3, 1, 7, 8}) last = step(network, set, how, n);
    const auto now = all_parameters(network);
    if (first.empty()) first = now, loss = last.loss;
    check(same(first, now) && last.loss == loss, "the bits for " + std::to_string(threads) + " threads");
  }
}

void check_no_allocation(const DataSet& set, const OptimizerStep& how, bool keeps_gradients) {
#if defined(TESSERA_OPENMP)
  for (const int threads : {1, 2}) {
    Network network(residual(), options(threads, keeps_gradients));
    for (int i = 0; i < 2; ++i) step(network, set, how);
    const int64_t before = allocations;
    for (int i = 0; i < 20; ++i) step(network, set, how, 1 + i % 8);
    const int64_t made = allocations - before;  // before the sentence, which is one too
    check(made == 0, std::to_string(made) + " allocations in twenty steps");
    network.evaluate(8, Pictures::of(set, rows.data()), nullptr);
    const int64_t evaluated = allocations;
    for (int i = 0; i < 5; ++i) {
      step(network, set, how);
      network.evaluate(8, Pictures::of(set, rows.data()), nullptr);
    }
    const int64_t made_beside = allocations - evaluated;
    check(made_beside == 0, std::to_string(made_beside) + " allocations while evaluating");
  }
#else
  (void)set, (void)how, (void)keeps_gradients;  // threads are started anew for each step here
#endif
}

void check_no_new_pages(const DataSet& set) {
#if defined(__linux__) && defined(TESSERA_OPENMP) && !defined(__SANITIZE_ADDRESS__)
  Network network(residual(), options(2));
  const auto faults = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
  };
  for (int i = 0; i < 20; ++i) step(network, set, sgd);
  const long before = faults();
  for (int i = 0; i < 1000; ++i) step(network, set, sgd);
  // The kernel takes and gives back a page now and then; a buffer that is allocated anew costs some in every step.
  const long grown = faults() - before;
  check(grown < 100, std::to_string(grown) + " page faults in a thousand steps");
#else
  (void)set;
#endif
}

int64_t threads_of_process() {
#if defined(__linux__)
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
#else
  return 0;
#endif
}

// Cancelled at any moment, a step has either been made or not.
void check_cancelling(const DataSet& set, bool keeps_gradients, int64_t times) {
  Network network(residual(), options(2, keeps_gradients)), other(residual(), options(2, keeps_gradients));
  for (int i = 0; i < 2; ++i) step(network, set, adam), step(other, set, adam);
  const auto take_apart = [&](int64_t microseconds) {
    std::atomic<bool> flag{false};
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
      flag = true;
    });
    bool done = false;
    try {
      const Cancellation cancellation(&flag);
      step(network, set, adam);
      done = true;
    } catch (const Error& error) {
      check(error.code == "cancelled", "a cancelled step throws cancelled, not " + error.code);
    }
    canceller.join();
    if (done) step(other, set, adam);
    return done;
  };
  take_apart(1);  // what the first thread and the first exception allocate stays
  const int64_t before = held, threads = threads_of_process();
  int64_t whole = 0;
  for (int64_t i = 0; i < times; ++i) whole += take_apart(pick(0, 1500));
  const int64_t left = held - before;
  check(left == 0, std::to_string(left) + " allocations are left of many cancellations");
  check(threads_of_process() == threads, "and no threads");
  check(whole < times, "some steps were cancelled");
  check(same(all_parameters(network), all_parameters(other)), "a cancelled step leaves everything as it was");
  step(network, set, adam), step(other, set, adam);
  check(same(all_parameters(network), all_parameters(other)), "and so the next one is as it would have been");
}

void check_epoch(const DataSet& set) {
  Network one(residual(), options(2)), other(residual(), options(1));
  const Epoch epoch{{4, 1, 1, 9, 0, 3, 2, 8, 7, 6, 5}, 4, {0.1, 0.05, 0.01}};
  std::vector<float> losses;
  train_epoch(one, set, epoch, sgd, [&](const StepDone& done) { losses.push_back(done.result.loss); });
  OptimizerStep how = sgd;
  std::vector<float> by_hand;
  for (size_t i = 0; i < 3; ++i) {
    how.learning_rate = static_cast<float>(epoch.learning_rates[i]);
    const int64_t n = i < 2 ? 4 : 3;
    by_hand.push_back(other.train_step(n, Pictures::of(set, epoch.rows.data() + 4 * i), how).loss);
  }
  check(same(losses, by_hand) && same(all_parameters(one), all_parameters(other)), "an epoch is its steps");
}

}  // namespace

int main() {
  const DataSet set = data_set(10);
  check_same_bits(set, sgd);
  check_same_bits(set, adam);
  check_epoch(set);
  for (const bool keeps_gradients : {true, false}) {
    check_no_allocation(set, sgd, keeps_gradients);
    check_no_allocation(set, adam, keeps_gradients);
    check_cancelling(set, keeps_gradients, keeps_gradients ? 1000 : 200);
  }
  check_no_new_pages(set);
  return finish();
}
