#include <cmath>

#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::ref {

float activate(Activation act, float x) {
  switch (act) {
    case Activation::relu:
      return x < 0 ? 0 : x;  // and so NaN stays NaN
    case Activation::relu6:
      return x < 0 ? 0 : x > 6 ? 6 : x;
    case Activation::sigmoid:
      return static_cast<float>(1 / (1 + std::exp(-static_cast<double>(x))));
    case Activation::tanh:
      return static_cast<float>(std::tanh(static_cast<double>(x)));
    case Activation::none:
      break;
  }
  return x;
}

void activation_forward(Activation act, int64_t count, const float* x, float* y) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y[i] = activate(act, x[i]);
  });
}

// dx = dy · act′(x), with act′ written in the output y: relu′ = [y > 0], relu6′ = [0 < y < 6], sigmoid′ = y (1 − y), tanh′ = 1 − y².
void activation_backward(Activation act, int64_t count, const float* y, const float* dy, float* dx) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      switch (act) {
        case Activation::relu:
          dx[i] = y[i] > 0 ? dy[i] : 0;
          break;
        case Activation::relu6:
          dx[i] = y[i] > 0 && y[i] < 6 ? dy[i] : 0;
          break;
        case Activation::sigmoid:
          dx[i] = dy[i] * y[i] * (1 - y[i]);
          break;
        case Activation::tanh:
          dx[i] = dy[i] * (1 - y[i] * y[i]);
          break;
        case Activation::none:
          dx[i] = dy[i];
          break;
      }
    }
  });
}

void leaky_relu_forward(int64_t count, float slope, const float* x, float* y) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y[i] = x[i] > 0 ? x[i] : slope * x[i];
  });
}

void leaky_relu_backward(int64_t count, float slope, const float* y, const float* dy, float* dx) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) dx[i] = y[i] > 0 ? dy[i] : slope * dy[i];
  });
}

void hard_swish_forward(int64_t count, const float* x, float* y) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float gate = x[i] / 6 + 0.5f;
      y[i] = x[i] * (gate < 0 ? 0 : gate > 1 ? 1 : gate);
    }
  });
}

// 0 below −3, 1 above 3, x / 3 + 1/2 between.
void hard_swish_backward(int64_t count, const float* x, const float* dy, float* dx) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      dx[i] = dy[i] * (x[i] <= -3 ? 0 : x[i] >= 3 ? 1 : x[i] / 3 + 0.5f);
    }
  });
}

void hard_sigmoid_forward(int64_t count, const float* x, float* y) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float gate = x[i] / 6 + 0.5f;
      y[i] = gate < 0 ? 0 : gate > 1 ? 1 : gate;
    }
  });
}

void hard_sigmoid_backward(int64_t count, const float* y, const float* dy, float* dx) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) dx[i] = y[i] > 0 && y[i] < 1 ? dy[i] / 6 : 0;
  });
}

void clip_forward(int64_t count, float least, float greatest, const float* x, float* y) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y[i] = x[i] < least ? least : x[i] > greatest ? greatest : x[i];
  });
}

void clip_backward(int64_t count, float least, float greatest, const float* x, const float* dy, float* dx) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) dx[i] = x[i] < least || x[i] > greatest ? 0 : dy[i];
  });
}

}  // namespace tessera::ref
