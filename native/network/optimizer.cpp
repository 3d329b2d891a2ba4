#include "network/optimizer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/parallel.h"
#include "network/error.h"

namespace tessera {

const char* name_of(OptimizerStep::Kind kind) {
  switch (kind) {
    case OptimizerStep::Kind::sgd:
      return "sgd";
    case OptimizerStep::Kind::adam:
      return "adam";
    case OptimizerStep::Kind::adamw:
      return "adamw";
  }
  return "";
}

std::vector<const char*> OptimizerState::block_names(OptimizerStep::Kind kind) {
  if (kind == OptimizerStep::Kind::sgd) return {"momentum"};
  return {"m", "v"};
}

std::vector<OptimizerState::Block> OptimizerState::blocks() const {
  std::vector<Block> blocks;
  for (const char* name : block_names(kind_)) {
    blocks.push_back({name, blocks.empty() ? first_.floats() : second_.floats()});
  }
  return blocks;
}

void OptimizerState::begin(OptimizerStep::Kind kind, int64_t step, size_t floats) {
  first_ = Memory(floats * sizeof(float));
  second_ = kind == OptimizerStep::Kind::sgd ? Memory() : Memory(floats * sizeof(float));
  kind_ = kind;
  step_ = step;
}

void OptimizerState::prepare(const OptimizerStep& how, const Parameters& parameters) {
  if (!(how.clip_norm >= 0)) refuse_shape("optimizer", "clipNorm cannot be negative");
  if (!(how.average_decay >= 0 && how.average_decay < 1)) refuse_shape("optimizer", "averageDecay must be from 0 to below 1");
  const bool known = !runs_.empty() && floats_ == parameters.floats();
  if (known && how.rates == prepared_rates_ && how.decay_weights_only == prepared_weights_only_) return;
  std::vector<Parameter> in_order;
  for (const Parameter& parameter : parameters.list()) {
    if (parameter.trainable()) in_order.push_back(parameter);
  }
  std::sort(in_order.begin(), in_order.end(), [](const Parameter& a, const Parameter& b) { return a.offset < b.offset; });
  std::vector<Run> runs;
  size_t used = 0;
  for (const Parameter& parameter : in_order) {
    const auto found = how.rates.find(parameter.name);
    used += found != how.rates.end();
    const float rate = found == how.rates.end() ? 1 : found->second;
    if (!(rate >= 0)) refuse_shape("optimizer", "the rate of " + parameter.name + " cannot be negative");
    const bool decays = !how.decay_weights_only || parameter.shape.size() > 1;
    const auto begin = static_cast<int64_t>(parameter.offset);
    // The gap behind the parameter before is padding, which is zero and stays so.
    if (!runs.empty() && runs.back().rate == rate && runs.back().decays == decays) {
      runs.back().count = begin + parameter.count() - runs.back().offset;
    } else {
      runs.push_back({begin, parameter.count(), rate, decays});
    }
  }
  if (used != how.rates.size()) refuse_shape("optimizer", "there is a rate of something that is not a parameter that learns");
  constexpr int64_t piece = 16 * 1024;
  pieces_.clear();
  for (const Run& run : runs) {
    if (run.rate == 0) continue;
    for (int64_t at = 0; at < run.count; at += piece) {
      pieces_.push_back({run.offset + at, std::min(piece, run.count - at), run.rate, run.decays});
    }
  }
  sums_.resize(pieces_.size());
  runs_ = std::move(runs);
  floats_ = parameters.floats();
  prepared_rates_ = how.rates;
  prepared_weights_only_ = how.decay_weights_only;
}

// Pieces are summed by themselves and then in order, so that nothing hangs on the threads.
double OptimizerState::squares(int64_t offset, int64_t count, const float* gradients) {
  const auto first = std::partition_point(pieces_.begin(), pieces_.end(), [&](const Run& piece) {
                       return piece.offset + piece.count <= offset;
                     }) - pieces_.begin();
  const auto last = std::partition_point(pieces_.begin() + first, pieces_.end(), [&](const Run& piece) {
                      return piece.offset < offset + count;
                    }) - pieces_.begin();
  parallel_for(last - first, 1, [&](int64_t begin, int64_t end) {
    for (int64_t at = first + begin; at < first + end; ++at) {
      Run piece = pieces_[static_cast<size_t>(at)];
      const int64_t stop = std::min(piece.offset + piece.count, offset + count);
      piece.offset = std::max(piece.offset, offset);
      piece.count = stop - piece.offset;
      const float* from = gradients + (piece.offset - offset);
      // Eight sums at a time: one would wait for each of its additions.
      double lanes[8] = {};
      for (int64_t i = 0; i < piece.count; ++i) lanes[i % 8] += static_cast<double>(from[i]) * from[i];
      double sum = 0;
      for (const double lane : lanes) sum += lane;
      sums_[static_cast<size_t>(at)] = sum;
    }
  });
  double sum = 0;
  for (int64_t at = first; at < last; ++at) sum += sums_[static_cast<size_t>(at)];
  return sum;
}

void OptimizerState::apply(const Kernels& kernels, const OptimizerStep& how, int64_t count, float* parameters,
                           const float* gradients) {
  if (!started() || kind_ != how.kind) begin(how.kind, 0, floats_);
  ++step_;
  float scale = 1;
  measured_ = how.measures_norm || how.clip_norm > 0;
  squares_ = measured_ ? squares(0, count, gradients) : 0;
  if (how.clip_norm > 0) {
    const double share = how.clip_norm / (std::sqrt(squares_) + 1e-6);
    if (!(share >= 1)) scale = static_cast<float>(share);  // NaN too: it must not be hidden
  }
  move(kernels, how, scale, 0, count, parameters, gradients);
}

void OptimizerState::move(const Kernels& kernels, const OptimizerStep& how, float scale, int64_t offset, int64_t count,
                          float* parameters, const float* gradients) {
  for (const Run& run : runs_) {
    const int64_t begin = std::max(run.offset, offset), moved = std::min(run.offset + run.count, offset + count) - begin;
    if (run.rate == 0 || moved <= 0) continue;
    const float rate = how.learning_rate * run.rate, decay = run.decays ? how.weight_decay : 0;
    float *to = parameters + begin, *first = first_.floats() + begin;
    const float* from = gradients + (begin - offset);
    if (how.kind == OptimizerStep::Kind::sgd) {
      kernels.sgd_step(moved, to, from, first, scale, rate, how.momentum, how.nesterov, decay, step_ == 1);
    } else {
      kernels.adam_step(moved, to, from, first, second_.floats() + begin, scale, rate, how.beta1, how.beta2,
                        how.epsilon, decay, how.kind == OptimizerStep::Kind::adamw, step_);
    }
  }
}

}  // namespace tessera
