#include "base/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace exposure {
namespace {

constexpr char kReasonPayload[] = "exposure.v1/reason";
constexpr char kFieldPayload[] = "exposure.v1/field";
constexpr char kRetryPayload[] = "exposure.v1/retry";

}  // namespace

std::string_view ReasonWord(Reason reason) {
  switch (reason) {
#define X(enumerator, word, code) \
  case Reason::enumerator:        \
    return #word;
    EXPOSURE_REASONS(X)
#undef X
  }
  return "";
}

std::optional<Reason> ReasonFromWord(std::string_view word) {
#define X(enumerator, reason_word, code) \
  if (word == #reason_word) return Reason::enumerator;
  EXPOSURE_REASONS(X)
#undef X
  return std::nullopt;
}

absl::StatusCode ReasonCode(Reason reason) {
  switch (reason) {
#define X(enumerator, word, code) \
  case Reason::enumerator:        \
    return absl::StatusCode::code;
    EXPOSURE_REASONS(X)
#undef X
  }
  return absl::StatusCode::kUnknown;
}

absl::Status Error(Reason reason, std::string_view message) {
  absl::Status status(ReasonCode(reason), {message.data(), message.size()});
  const std::string_view word = ReasonWord(reason);
  status.SetPayload(kReasonPayload, absl::Cord(absl::string_view(word.data(), word.size())));
  return status;
}

absl::Status FieldError(Reason reason, std::string_view field, std::string_view message) {
  absl::Status status = Error(reason, std::string(field) + ": " + std::string(message));
  status.SetPayload(kFieldPayload, absl::Cord(absl::string_view(field.data(), field.size())));
  return status;
}

absl::Status WithRetryAfter(absl::Status status, uint64_t seconds) {
  if (!status.ok()) status.SetPayload(kRetryPayload, absl::Cord(absl::StrCat(seconds)));
  return status;
}

std::optional<uint64_t> RetryAfter(const absl::Status& status) {
  const absl::optional<absl::Cord> text = status.GetPayload(kRetryPayload);
  uint64_t seconds = 0;
  if (!text || !absl::SimpleAtoi(std::string(*text), &seconds)) return std::nullopt;
  return seconds;
}

std::optional<Reason> ReasonOf(const absl::Status& status) {
  const absl::optional<absl::Cord> word = status.GetPayload(kReasonPayload);
  return word ? ReasonFromWord(std::string(*word)) : std::nullopt;
}

std::string ReasonWordOf(const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  return reason ? std::string(ReasonWord(*reason)) : absl::StatusCodeToString(status.code());
}

std::string FieldOf(const absl::Status& status) {
  const absl::optional<absl::Cord> field = status.GetPayload(kFieldPayload);
  return field ? std::string(*field) : "";
}

}  // namespace exposure
