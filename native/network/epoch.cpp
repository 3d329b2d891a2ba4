#include "network/epoch.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include "kernels/parallel.h"
#include "network/error.h"

namespace tessera {
namespace {

// Before the first step, so that a wrong row does not show half-way.
void check(const char* what, const Network& network, const DataSet& set, const std::vector<int32_t>& rows,
           int64_t batch) {
  if (set.size() != network.input().size()) {
    refuse_shape(what, "the data set's pictures have " + std::to_string(set.size()) + " values, but the network takes " +
                           std::to_string(network.input().size()));
  }
  if (batch < 1 || batch > network.max_batch()) {
    refuse_shape(what, "batches of " + std::to_string(batch) + " pictures, but this network takes 1 to " +
                           std::to_string(network.max_batch()));
  }
  for (const int32_t row : rows) {
    if (row < 0 || row >= set.count()) {
      refuse_shape(what, "there is no row " + std::to_string(row) + " among " + std::to_string(set.count()));
    }
    const int32_t label = set.labels()[static_cast<size_t>(row)];
    if (label < 0 || label >= network.classes()) {
      refuse_shape(what, "label " + std::to_string(label) + " of row " + std::to_string(row) + " is not one of the " +
                             std::to_string(network.classes()) + " classes");
    }
  }
}

// Between two steps that measure the norm of their gradients, seconds: as often as a person can follow it.
constexpr double norm_interval = 0.1;

std::optional<Feeder> feeder_of(const Network& network, const DataSet& set, const Epoch& epoch) {
  if (!epoch.augmented) return std::nullopt;
  const Augmented& augmented = *epoch.augmented;
  if (set.kind() != DataSet::Kind::bytes) refuse_shape("trainEpoch", "numbers are not pictures that could be augmented");
  if (augmented.pictures.size() != epoch.rows.size() || augmented.draws.size() != epoch.rows.size()) {
    refuse_shape("trainEpoch", "augmentation needs a picture and a draw for each of " + std::to_string(epoch.rows.size()) + " rows");
  }
  const Value& input = network.input();
  return std::optional<Feeder>(std::in_place, set, PictureSize{input.h, input.w, input.c}, network.classes(), epoch.rows,
                               epoch.batch, augmented);
}

template <class Body>
void in_batches(const std::vector<int32_t>& rows, int64_t batch, Body body) {
  const auto count = static_cast<int64_t>(rows.size());
  for (int64_t from = 0; from < count; from += batch) body(from, std::min(batch, count - from));
}

}  // namespace

void train_epoch(Network& network, const DataSet& set, const Epoch& epoch, const OptimizerStep& optimizer,
                 const std::function<void(const StepDone&)>& tell) {
  check("trainEpoch", network, set, epoch.rows, epoch.batch);
  const auto steps = (static_cast<int64_t>(epoch.rows.size()) + epoch.batch - 1) / epoch.batch;
  if (static_cast<int64_t>(epoch.learning_rates.size()) != steps) {
    refuse_shape("trainEpoch", "there are " + std::to_string(epoch.learning_rates.size()) + " learning rates for " +
                                   std::to_string(steps) + " steps");
  }
  const auto begun = std::chrono::steady_clock::now();
  OptimizerStep how = optimizer;
  std::optional<Feeder> feeder = feeder_of(network, set, epoch);
  double measured = -norm_interval;
  bool finite = true;
  in_batches(epoch.rows, epoch.batch, [&](int64_t from, int64_t n) {
    if (!finite) return;
    check_cancelled();
    how.learning_rate = static_cast<float>(epoch.learning_rates[static_cast<size_t>(from / epoch.batch)]);
    const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); };
    how.measures_norm = optimizer.measures_norm || seconds() - measured >= norm_interval;
    if (how.measures_norm) measured = seconds();
    const Pictures pictures = feeder ? feeder->next() : Pictures::of(set, epoch.rows.data() + from);
    const StepResult result = network.train_step(n, pictures, how);
    finite = std::isfinite(result.loss);
    tell({result, n, seconds(), feeder ? feeder->waited() : 0});
  });
}

Evaluation evaluate(Network& network, const DataSet& set, const std::vector<int32_t>& rows, int64_t batch,
                    float* logits) {
  check("evaluate", network, set, rows, batch);
  Evaluation sums;
  in_batches(rows, batch, [&](int64_t from, int64_t n) {
    check_cancelled();
    float* to = logits == nullptr ? nullptr : logits + from * network.classes();
    const StepResult result = network.evaluate(n, Pictures::of(set, rows.data() + from), to);
    sums.loss += static_cast<double>(result.loss) * static_cast<double>(n);
    sums.correct += result.correct;
  });
  sums.loss /= static_cast<double>(std::max<size_t>(rows.size(), 1));
  return sums;
}

}  // namespace tessera
