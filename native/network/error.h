// What the network refuses, in a form that the addon can hand on.
#pragma once
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace tessera {

// `code` and `details` are those of a `TesseraError` in app/contract/errors.ts.
class Error : public std::runtime_error {
 public:
  using Details = std::map<std::string, std::string>;

  Error(std::string code_of_error, Details details_of_error)
      : std::runtime_error(code_of_error), code(std::move(code_of_error)), details(std::move(details_of_error)) {}

  const std::string code;
  const Details details;
};

// `graphInvalid` at a layer; the sentence goes on from "does not fit together at layer …:".
[[noreturn]] inline void refuse_layer(const std::string& layer, const std::string& reason) {
  throw Error("graphInvalid", {{"layer", layer}, {"reason", reason}});
}

// `shapeMismatch` of an operator or call.
[[noreturn]] inline void refuse_shape(const std::string& what, const std::string& reason) {
  throw Error("shapeMismatch", {{"operator", what}, {"reason", reason}});
}

}  // namespace tessera
