// What the memory of this machine gives, measured.
#pragma once

namespace tessera {

// Bytes a second, read and written together, when all of threads() copy blocks that no cache holds.
double measured_bandwidth();

}  // namespace tessera
