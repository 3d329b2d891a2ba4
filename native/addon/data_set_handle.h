// `NativeDataSet`: pictures with their labels, filled from JavaScript once and then read by networks' own threads.
#pragma once
#include <napi.h>

#include <atomic>
#include <memory>

#include "network/data_set.h"

namespace tessera::addon {

class DataSetHandle : public Napi::ObjectWrap<DataSetHandle> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit DataSetHandle(const Napi::CallbackInfo& info);
  void Finalize(Napi::BasicEnv env) override;

  // The set that an argument is, for work that may end after `dispose`. From then on it takes no more pictures.
  static std::shared_ptr<const DataSet> from(const Napi::Value& value);

 private:
  void write(const Napi::CallbackInfo& info);
  void dispose(const Napi::CallbackInfo& info);

  std::shared_ptr<DataSet> set_;
  bool in_use_ = false;
};

}  // namespace tessera::addon
