// What networks refuse, by which code and in which words.
#include "check.h"
#include "network/error.h"
#include "network/nets.h"

using namespace tessera;
using namespace tessera::test;

namespace {

template <class Body>
void check_refusal(const std::string& code, const std::string& part, Body body) {
  try {
    body();
    check(false, "nothing was thrown where " + part + " was expected");
  } catch (const Error& error) {
    std::string details;
    for (const auto& [name, value] : error.details) details += name + " " + value + "; ";
    check(error.code == code && details.find(part) != std::string::npos, code + " " + part + ", but " + details);
  }
}

void check_refusals() {
  const auto graph_refusal = [](const char* part, const Graph& graph) {
    check_refusal("graphInvalid", part, [&] { compile(graph); });
  };
  graph_refusal("layer input", chain({}));
  graph_refusal("window of 13 × 13", chain({conv(2, {13, 13}, {0, 0, 0, 0})}));
  graph_refusal("put a flatten before it", chain({DenseLayer{2, true}}));
  graph_refusal("expects a picture", chain({FlattenLayer{}, pool()}));
  graph_refusal("3 groups", chain({Conv2dLayer{2, {1, 1}, {1, 1}, {0, 0, 0, 0}, {1, 1}, 3, true}}));
  graph_refusal("half of the window", chain({Pool2dLayer{Pool2dLayer::Kind::max, {2, 2}, {2, 2}, {2, 2}}}));
  graph_refusal("65,535", chain({Pool2dLayer{Pool2dLayer::Kind::max, {256, 256}, {1, 1}, {0, 0}}}, 1, 256));
  graph_refusal("2³¹ weights", chain({FlattenLayer{}, DenseLayer{1 << 30, true}}));
  graph_refusal("2³¹ numbers", chain({conv(1 << 29)}));
  graph_refusal("layer 2", chain({conv(2), DenseLayer{2, true}}));
  const auto joined = [](Op first, Op second, Op join) {
    Graph graph = chain({std::move(first)});
    graph.layers.push_back({"other", {"input"}, std::move(second)});
    graph.layers.push_back({"join", {"1", "other"}, std::move(join)});
    return graph;
  };
  graph_refusal("1 gives 3 × 12 × 12 and other gives 2 × 12 × 12", joined(conv(3), conv(2), AddLayer{}));
  graph_refusal("other gives 2 × 6 × 6; only pictures of one size", 
                joined(conv(2), Conv2dLayer{2, {2, 2}, {2, 2}, {0, 0, 0, 0}, {1, 1}, 1, true}, ConcatLayer{}));
  graph_refusal("expects a picture", joined(FlattenLayer{}, conv(2), ConcatLayer{}));
  graph_refusal("at least two inputs", chain({conv(2), AddLayer{}}));
  graph_refusal("expects a picture", chain({FlattenLayer{}, BatchNorm2dLayer{1e-5f, 0.1f}}));
  graph_refusal("rate must be", chain({conv(2), DropoutLayer{1}}));
  graph_refusal("must be odd", chain({conv(2), LrnLayer{4, 1, 1, 1}}));
  graph_refusal("slope must be", chain({conv(2), LeakyReluLayer{0}}));
  graph_refusal("epsilon must be", chain({conv(2), BatchNorm2dLayer{0, 0.1f}}));
  Graph unread = chain({conv(2), conv(2)});
  unread.layers[1].inputs = {"input"};
  graph_refusal("no layer reads what it gives", unread);
  unread.layers[1].inputs = {"later"};
  graph_refusal("reads later, which does not come before it", unread);

  check_refusal("shapeMismatch", "maxBatch", [] { Network(small_cnn(), options(0)); });
  check_refusal("shapeMismatch", "mean and one std", [] { Network(small_cnn(), options(1, 2)); });
  Network network(small_cnn(), options(2));
  const Batch batch = batch_of(small_cnn(), 3);
  check_refusal("shapeMismatch", "3 pictures", [&] { step(network, batch); });
  const int32_t wrong[2] = {0, 4};
  check_refusal("shapeMismatch", "label 4", [&] { network.evaluate(2, {.bytes = batch.pictures.data(), .labels = wrong}, nullptr); });
  NetworkOptions predicting = options(2);
  predicting.training = false;
  Network fixed(small_cnn(), predicting);
  check_refusal("shapeMismatch", "without training", [&] { step(fixed, batch_of(small_cnn(), 2)); });
}

}  // namespace

int main() {
  check_refusals();
  return finish();
}
