// The multiply-add peak of this machine, measured: never from a data sheet.
#pragma once

namespace tessera {

// Floating-point operations a second over all of threads().
double measured_peak();

}  // namespace tessera
