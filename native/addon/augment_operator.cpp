// Pictures changed as training changes them, for batches that JavaScript puts together and for whoever wants to see them.
#include <string>

#include "addon/arguments.h"
#include "addon/operator_calls.h"
#include "augment/batch.h"
#include "network/error.h"

namespace tessera::addon {
namespace {

// augment({ count, height, width, channels, classes }, pictures, labels, { …strengths, seed, epoch, pictures, draws }):
// { pictures: Uint8Array, targets: Float32Array | null }
Napi::Value augment(const Call& call) {
  const Napi::Object of = object(call[0], "pictures");
  const int64_t count = whole_number(of, "count"), classes = whole_number(of, "classes");
  const PictureSize size{whole_number(of, "height"), whole_number(of, "width"), whole_number(of, "channels")};
  if (count < 1 || classes < 1 || size.height < 1 || size.width < 1 || size.channels < 1) {
    refuse_shape("augment", "there is nothing to change");
  }
  const uint8_t* pictures = bytes(call[1], count * size.values(), "pictures");
  const int32_t* given = labels(call[2], count, "labels");
  for (int64_t i = 0; i < count; ++i) {
    if (given[i] < 0 || given[i] >= classes) refuse_shape("augment", "label " + std::to_string(given[i]) + " is not a class");
  }
  const Augmented how = augmented(call[3], count);
  AugmentedBatch batch(how.how, size, classes, count);
  std::vector<const uint8_t*> each;
  std::vector<uint64_t> keys;
  for (int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<size_t>(i);
    each.push_back(pictures + i * size.values());
    keys.push_back(picture_key(how.seed, how.epoch, how.pictures[at], how.draws[at]));
  }
  batch.begin(std::move(each), std::move(keys), {given, given + count});
  ChangeScratch scratch;
  batch.work(scratch);
  Napi::Object result = Napi::Object::New(call.Env());
  Napi::Uint8Array changed = Napi::Uint8Array::New(call.Env(), static_cast<size_t>(count * size.values()));
  std::copy_n(batch.pictures(), count * size.values(), changed.Data());
  result.Set("pictures", changed);
  result.Set("targets", call.Env().Null());
  if (batch.targets() != nullptr) {
    result.Set("targets", to_array(call.Env(), {batch.targets(), batch.targets() + count * classes}));
  }
  return result;
}

}  // namespace

void define_augment(Napi::Env env, Napi::Object exports) { define<augment>(env, exports, "augment"); }

}  // namespace tessera::addon
