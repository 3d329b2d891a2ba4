#include "network/bands.h"

#include <algorithm>
#include <utility>

#include "kernels/parallel.h"

namespace tessera {
namespace {

// Of a band: half of a usual L2 where windows overlap and their rows are made twice, otherwise little enough to leave many bands.
constexpr int64_t most_widened_floats = 128 * 1024, most_filtered_floats = 32 * 1024;
constexpr int64_t least_wide_floats = 768 * 1024;  // what an L2 or two keep from one layer to the next is not made twice
constexpr int64_t least_rows_a_thread = 7;  // or else threads do better to share out the weights
constexpr size_t line = 16;  // floats

size_t aligned(size_t floats) { return (floats + line - 1) / line * line; }

bool is_depthwise(const Conv2dShape& s) { return s.groups > 1 && s.groups == s.c && s.k == s.c; }

bool is_pointwise(const Conv2dShape& s) {
  return s.kh == 1 && s.kw == 1 && s.stride_h == 1 && s.stride_w == 1 && s.groups == 1 && s.pad_top == 0 && s.pad_left == 0 &&
         s.pad_bottom == 0 && s.pad_right == 0;
}

// Rows of the depthwise convolution's output, and of its input what they look at.
struct Band {
  int64_t first, last;
  Conv2dShape shape;  // of the depthwise convolution on this band alone
  int64_t first_in;

  Band(const Conv2dShape& whole, int64_t first_, int64_t last_) : first(first_), last(last_), shape(whole) {
    const int64_t begin = first * whole.stride_h - whole.pad_top;
    const int64_t end = (last - 1) * whole.stride_h - whole.pad_top + whole.dilation_h * (whole.kh - 1) + 1;
    // Windows that lie in the padding alone look at no row; one stands in for none.
    first_in = std::clamp<int64_t>(begin, 0, whole.h - 1);
    const int64_t last_in = std::clamp<int64_t>(end, first_in + 1, whole.h);
    shape.n = 1;
    shape.h = last_in - first_in;
    shape.pad_top = first_in - begin;
    shape.pad_bottom = end - last_in;
  }
};

class BandsNode final : public Node {
 public:
  // One of widen and narrow may be null.
  BandsNode(const Convolution* widen, const Convolution& depthwise, const Convolution* narrow) : at_(widen == nullptr ? 0 : 1) {
    if (widen != nullptr) parts_.push_back(*widen);
    parts_.push_back(depthwise);
    if (narrow != nullptr) parts_.push_back(*narrow);
    const Conv2dShape& s = middle().shape;
    const int64_t rows = widen == nullptr ? most_filtered_floats / (s.out_w() * s.c) : most_widened_floats / (s.stride_h * s.w * s.c);
    rows_ = std::clamp<int64_t>(rows, 1, s.out_h());
  }

  void forward(const ForwardPass& p) const override {
    const int64_t rows = middle().shape.out_h();
    const Cut cut = cut_for_threads(p.kernels);
    parallel_for_slots(p.n * cut.bands, 1, [&](int64_t begin, int64_t end, int slot) {
      for (int64_t i = begin; i < end && !cancelled(); ++i) {
        const int64_t at = i % cut.bands;
        const Band band(middle().shape, rows * at / cut.bands, rows * (at + 1) / cut.bands);
        run(p, i / cut.bands, band, cut, p.scratch + static_cast<size_t>(slot) * cut.slot_floats());
      }
    });
  }
  void backward(const BackwardPass&) const override {}  // only predictions are joined

  size_t forward_scratch(const Kernels& kernels, int64_t) const override {
    return static_cast<size_t>(threads()) * cut_for_threads(kernels).slot_floats();
  }
  size_t prepared_floats(const Kernels& kernels) const override {
    size_t floats = 0;
    for (const Convolution& part : parts_) floats += aligned(kernels.conv2d_prepared(part.of(1)));
    return floats;
  }
  void prepare(const Kernels& kernels, const Blocks& blocks, float* to) const override {
    for (const Convolution& part : parts_) {
      kernels.conv2d_prepare(part.of(1), blocks.weight(part.weights), to);
      to += aligned(kernels.conv2d_prepared(part.of(1)));
    }
  }

 private:
  const Convolution& middle() const { return parts_[at_]; }
  bool widens() const { return at_ == 1; }
  bool narrows() const { return parts_.size() > at_ + 1; }

  // How a picture is cut, and what a thread has room for.
  struct Cut {
    int64_t bands;
    size_t wide_floats, filtered_floats, kernel_floats;
    size_t slot_floats() const { return wide_floats + filtered_floats + kernel_floats; }
  };

  // As many bands for each thread. It hangs on the threads that are set, of which there is one within a parallel_for.
  Cut cut_for_threads(const Kernels& kernels) const {
    const Conv2dShape& s = middle().shape;
    const int64_t count = threads(), wanted = (s.out_h() + rows_ - 1) / rows_;
    Cut cut{std::min(s.out_h(), (wanted + count - 1) / count * count), 0, 0, 0};
    const int64_t most_rows = (s.out_h() + cut.bands - 1) / cut.bands;
    const int64_t most_in = std::min(s.h, (most_rows - 1) * s.stride_h + s.dilation_h * (s.kh - 1) + 1);
    if (widens()) cut.wide_floats = aligned(static_cast<size_t>(most_in * s.w * s.c));
    if (narrows()) cut.filtered_floats = aligned(static_cast<size_t>(most_rows * s.out_w() * s.c));
    for (const Convolution& part : parts_) {
      cut.kernel_floats = std::max(cut.kernel_floats, aligned(kernels.conv2d_forward_scratch(part.of(1))));
    }
    return cut;
  }

  void run(const ForwardPass& p, int64_t picture, const Band& band, const Cut& cut, float* scratch) const {
    const Conv2dShape& s = middle().shape;
    float *wide = scratch, *filtered = wide + cut.wide_floats, *rest = filtered + cut.filtered_floats;
    const float* prepared = p.prepared;
    const auto convolve = [&](const Convolution& part, const Conv2dShape& shape, const float* x, float* y) {
      if (p.prepared == nullptr) {
        p.kernels.conv2d_forward(shape, x, p.blocks.weight(part.weights), p.blocks.bias(part.weights), part.activation, y, rest);
        return;
      }
      p.kernels.conv2d_forward_prepared(shape, x, prepared, p.blocks.bias(part.weights), part.activation, y, rest);
      prepared += aligned(p.kernels.conv2d_prepared(part.of(1)));
    };
    const auto rows_of = [](const Convolution& part, int64_t rows) {
      Conv2dShape shape = part.of(1);
      shape.h = rows;
      return shape;
    };
    const int64_t in_channels = parts_.front().shape.c, out_channels = parts_.back().shape.k;
    const float* x = p.x() + (picture * s.h + band.first_in) * s.w * in_channels;
    float* y = p.y + (picture * s.out_h() + band.first) * s.out_w() * out_channels;
    if (widens()) {
      convolve(parts_.front(), rows_of(parts_.front(), band.shape.h), x, wide);
      x = wide;
    }
    convolve(middle(), band.shape, x, narrows() ? filtered : y);
    if (narrows()) convolve(parts_.back(), rows_of(parts_.back(), band.last - band.first), filtered, y);
  }

  std::vector<Convolution> parts_;
  size_t at_;     // of the depthwise one
  int64_t rows_;  // of its output that go through at a time
};

}  // namespace

void join_in_bands(Plan& plan) {
  // By value: how many nodes and losses read it, and the last of those nodes.
  std::vector<size_t> readers(plan.values.size()), reader(plan.values.size());
  for (size_t node = 0; node < plan.nodes.size(); ++node) {
    for (const size_t value : plan.reads[node]) ++readers[value], reader[value] = node;
  }
  for (const Plan::Head& head : plan.heads) ++readers[head.value];
  const auto pointwise = [&](size_t node) {
    const Convolution* found = plan.nodes[node]->convolution();
    return found != nullptr && is_pointwise(found->shape) ? found : nullptr;
  };
  for (size_t node = 0; node < plan.nodes.size(); ++node) {
    const Convolution* depthwise = plan.nodes[node]->convolution();
    if (depthwise == nullptr || !is_depthwise(depthwise->shape)) continue;
    const Conv2dShape& s = depthwise->shape;
    if (s.out_h() < least_rows_a_thread * threads()) continue;
    const size_t before = plan.reads[node][0], behind = node + 1;
    const bool is_large = s.h * s.w * s.c >= least_wide_floats;
    const Convolution* widen = is_large && before > 0 && readers[before] == 1 ? pointwise(before - 1) : nullptr;
    const Convolution* narrow = readers[behind] == 1 && reader[behind] > node ? pointwise(reader[behind]) : nullptr;
    if (widen == nullptr && narrow == nullptr) continue;
    auto joined = std::make_unique<BandsNode>(widen, *depthwise, narrow);
    const size_t last = narrow == nullptr ? node : reader[behind];
    plan.reads[last] = {widen == nullptr ? before : plan.reads[before - 1][0]};
    plan.nodes[last] = std::move(joined);
  }
  std::vector<size_t> heads;
  for (const Plan::Head& head : plan.heads) heads.push_back(head.value);
  keep_only(plan, heads);
}

}  // namespace tessera
