// Early return on a failed absl::Status or absl::StatusOr. Debian's Abseil has neither macro.
#ifndef EXPOSURE_BASE_STATUS_MACROS_H_
#define EXPOSURE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define RETURN_IF_ERROR(expr)                           \
  do {                                                  \
    if (absl::Status status_ = (expr); !status_.ok()) { \
      return status_;                                   \
    }                                                   \
  } while (0)

#define EXPOSURE_CONCAT_INNER_(a, b) a##b
#define EXPOSURE_CONCAT_(a, b) EXPOSURE_CONCAT_INNER_(a, b)

// ASSIGN_OR_RETURN(auto value, Compute());  declares or assigns, or returns the error.
#define ASSIGN_OR_RETURN(lhs, expr) ASSIGN_OR_RETURN_IMPL_(EXPOSURE_CONCAT_(status_or_, __LINE__), lhs, expr)
#define ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                           \
  if (!tmp.ok()) return tmp.status();          \
  lhs = *std::move(tmp)

#endif  // EXPOSURE_BASE_STATUS_MACROS_H_
