#include "network/predictor.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "kernels/parallel.h"
#include "network/bands.h"
#include "network/portions.h"

namespace tessera {

Predictor::Ways::Ways(const Graph& graph, const Kernels& kernels, const NetworkOptions& options)
    : plan(compile(graph, compile_options(options, false))), portion(options.max_batch) {
  // While a network trains, its weights do not stay: every portion and every band would prepare them anew.
  if (options.training) return;
  portion = portion_of(plan, kernels, options.max_batch);
  alone = threads() > 1 && options.max_batch >= threads() && suits_a_thread(plan, kernels);
  join_in_bands(plan);
}

Predictor::Predictor(const Graph& graph, const Kernels& kernels, const NetworkOptions& options)
    : Predictor(Ways(graph, kernels, options), kernels, options) {}

Predictor::Predictor(Ways ways, const Kernels& kernels, const NetworkOptions& options)
    : runner_(std::move(ways.plan), kernels, options.max_batch, !options.training, ways.portion), portion_(ways.portion) {
  const int count = threads();
  if (ways.alone) {
    for (int i = 0; i < count; ++i) {
      Runner& runner = own_runners_.emplace_back(Runner::for_one_thread(runner_));
      runner.use(own_arenas_.emplace_back(runner.bytes()));
    }
  }
  if (portion_ < options.max_batch || !own_runners_.empty()) {
    logits_.resize(static_cast<size_t>(options.max_batch * classes()));
  }
}

size_t Predictor::own_bytes() const {
  size_t bytes = runner_.folded_bytes();
  for (const Memory& arena : own_arenas_) bytes += arena.bytes();
  return bytes;
}

void Predictor::use(const Memory& arena) { runner_.use(arena); }

void Predictor::run(const Pass& pass, uint64_t version, const Loader& loader, const Pictures& pictures) {
  if (folded_ != version) runner_.fold(pass.blocks, pass.running);
  folded_ = version;
  const int64_t n = pass.n;
  float* logits = runner_.value(runner_.plan().heads[0].value);
  // Fewer pictures than threads are shared out layer by layer.
  const auto lanes = static_cast<int64_t>(own_runners_.size());
  const int64_t alone = lanes == 0 ? 0 : n - n % lanes;
  const bool at_once = alone == 0 && n <= portion_;
  with_team([&] {
    if (alone > 0) run_alone(alone, pass, loader, pictures);
    Pass portion = pass;
    for (int64_t first = alone; first < n; first += portion_) {
      portion.n = std::min(portion_, n - first);
      loader.load(portion.n, pictures, runner_.value(0), first);
      runner_.forward(portion);
      if (!at_once) std::copy_n(logits, portion.n * classes(), logits_.data() + first * classes());
    }
  });
  if (!at_once) std::copy_n(logits_.data(), n * classes(), logits);
}

void Predictor::run_alone(int64_t n, Pass pass, const Loader& loader, const Pictures& pictures) {
  std::atomic<int64_t> next{0};
  pass.n = 1;
  parallel_for_slots(static_cast<int64_t>(own_runners_.size()), 1, [&](int64_t, int64_t, int slot) {
    const Runner& runner = own_runners_[static_cast<size_t>(slot)];
    for (int64_t picture = next.fetch_add(1); picture < n; picture = next.fetch_add(1)) {
      loader.load(1, pictures, runner.value(0), picture);
      if (!runner.forward_unless_cancelled(pass)) return;
      std::copy_n(runner.logits(), classes(), logits_.data() + picture * classes());
    }
  });
  check_cancelled();
}

}  // namespace tessera
