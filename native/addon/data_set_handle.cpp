#include "addon/data_set_handle.h"

#include <algorithm>
#include <string>
#include <vector>

#include "addon/arguments.h"
#include "addon/errors.h"

namespace tessera::addon {
namespace {

// Told apart from any other object that JavaScript may hand in.
constexpr napi_type_tag tag{0x8d1f6f1e5d0b4a37, 0xa2c49be75d6e10f9};

int64_t memory_of(const DataSet& set) { return static_cast<int64_t>(set.bytes()); }

}  // namespace

Napi::Function DataSetHandle::define(Napi::Env env) {
  return DefineClass(env, "NativeDataSet",
                     {InstanceMethod("write", &DataSetHandle::write), InstanceMethod("dispose", &DataSetHandle::dispose)});
}

// new NativeDataSet({ kind, size }, labels)
DataSetHandle::DataSetHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<DataSetHandle>(info) {
  guarded(info.Env(), [&] {
    const Napi::Object how = object(info[0], "data set");
    const std::string kind = text(how, "kind");
    if (kind != "bytes" && kind != "numbers") refuse_shape("data set", kind + " is not known");
    const int64_t size = whole_number(how, "size");
    if (size < 1) refuse_shape("data set", "a picture has at least one value");
    const int64_t count = length_of(info[1], "labels");
    const int32_t* given = labels(info[1], count, "labels");
    set_ = std::make_shared<DataSet>(kind == "bytes" ? DataSet::Kind::bytes : DataSet::Kind::numbers, size,
                                     std::vector<int32_t>(given, given + count));
    info.This().As<Napi::Object>().TypeTag(&tag);
  });
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), memory_of(*set_));
}

void DataSetHandle::Finalize(Napi::BasicEnv env) {
  if (set_ != nullptr) Napi::MemoryManagement::AdjustExternalMemory(env, -memory_of(*set_));
}

std::shared_ptr<const DataSet> DataSetHandle::from(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&tag)) {
    refuse_shape("data set", "it must be a data set of this engine");
  }
  DataSetHandle& handle = *Unwrap(value.As<Napi::Object>());
  if (handle.set_ == nullptr) refuse_shape("data set", "it was disposed");
  handle.in_use_ = true;
  return handle.set_;
}

// write(first, pictures): whole pictures, from this row on.
void DataSetHandle::write(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    if (set_ == nullptr) refuse_shape("data set", "it was disposed");
    if (in_use_) refuse_shape("data set", "it takes no more pictures once a network has read it");
    if (!info[0].IsNumber()) refuse_shape("data set", "the first row must be a number");
    const auto first = info[0].As<Napi::Number>().Int64Value();
    const int64_t values = length_of(info[1], "pictures");
    if (first < 0 || values % set_->size() != 0 || first > set_->count() - values / set_->size()) {
      refuse_shape("data set", std::to_string(values) + " values from row " + std::to_string(first) +
                                   " on are not whole pictures within its " + std::to_string(set_->count()));
    }
    if (set_->kind() == DataSet::Kind::bytes) {
      std::copy_n(bytes(info[1], values, "pictures"), values, set_->as_bytes() + first * set_->size());
    } else {
      std::copy_n(floats(info[1], values, "pictures"), values, set_->as_numbers() + first * set_->size());
    }
  });
}

void DataSetHandle::dispose(const Napi::CallbackInfo& info) {
  if (set_ == nullptr) return;
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), -memory_of(*set_));
  set_.reset();
}

}  // namespace tessera::addon
