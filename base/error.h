// Errors with a reason: one searchable word for each thing that can go wrong, carried inside absl::Status and sent as
// google.rpc.ErrorInfo.reason. docs/errors.md lists them all with what to do; a test holds the two together.
#ifndef EXPOSURE_BASE_ERROR_H_
#define EXPOSURE_BASE_ERROR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace exposure {

// X(enumerator, WORD, default status code)
#define EXPOSURE_REASONS(X)                                              \
  /* What was sent. */                                                   \
  X(kFieldLength, FIELD_LENGTH, kInvalidArgument)                        \
  X(kBatchSize, BATCH_SIZE, kInvalidArgument)                            \
  X(kBadElement, BAD_ELEMENT, kInvalidArgument)                          \
  X(kBadPrefix, BAD_PREFIX, kInvalidArgument)                            \
  X(kPrefixTooShort, PREFIX_TOO_SHORT, kFailedPrecondition)              \
  X(kUnknownEpoch, UNKNOWN_EPOCH, kNotFound)                             \
  X(kRetiredEpoch, RETIRED_EPOCH, kFailedPrecondition)                   \
  X(kUnknownDataset, UNKNOWN_DATASET, kNotFound)                         \
  X(kUnknownVersion, UNKNOWN_VERSION, kInvalidArgument)                  \
  X(kStaleCatalogue, STALE_CATALOGUE, kFailedPrecondition)               \
  X(kBadOffset, BAD_OFFSET, kOutOfRange)                                 \
  /* Custodians. */                                                      \
  X(kBadManifest, BAD_MANIFEST, kInvalidArgument)                        \
  X(kBadDataset, BAD_DATASET, kInvalidArgument)                          \
  X(kBadNotice, BAD_NOTICE, kInvalidArgument)                            \
  X(kUnknownUpload, UNKNOWN_UPLOAD, kNotFound)                           \
  X(kUploadDiffers, UPLOAD_DIFFERS, kAborted)                            \
  X(kUploadIncomplete, UPLOAD_INCOMPLETE, kFailedPrecondition)           \
  X(kDifferenceUnexplained, DIFFERENCE_UNEXPLAINED, kFailedPrecondition) \
  X(kDatasetExists, DATASET_EXISTS, kAlreadyExists)                      \
  X(kSmallBatch, SMALL_BATCH, kFailedPrecondition)                       \
  X(kUnknownIncident, UNKNOWN_INCIDENT, kNotFound)                       \
  X(kIncidentExists, INCIDENT_EXISTS, kAlreadyExists)                    \
  X(kNoticeChanged, NOTICE_CHANGED, kAborted)                            \
  X(kUnknownCustodian, UNKNOWN_CUSTODIAN, kPermissionDenied)             \
  X(kRevokedCustodian, REVOKED_CUSTODIAN, kPermissionDenied)             \
  X(kWrongForce, WRONG_FORCE, kPermissionDenied)                         \
  X(kTooManyUploads, TOO_MANY_UPLOADS, kResourceExhausted)               \
  X(kDatasetTooLarge, DATASET_TOO_LARGE, kResourceExhausted)             \
  X(kBadRetention, BAD_RETENTION, kInvalidArgument)                      \
  /* Who calls. */                                                       \
  X(kNoCaller, NO_CALLER, kUnauthenticated)                              \
  X(kCertificateUntrusted, CERTIFICATE_UNTRUSTED, kUnauthenticated)      \
  X(kCertificateExpired, CERTIFICATE_EXPIRED, kUnauthenticated)          \
  X(kCertificateRevoked, CERTIFICATE_REVOKED, kUnauthenticated)          \
  X(kCertificateName, CERTIFICATE_NAME, kUnauthenticated)                \
  X(kBadToken, BAD_TOKEN, kUnauthenticated)                              \
  X(kTokenAlgorithm, TOKEN_ALGORITHM, kUnauthenticated)                  \
  X(kTokenSignature, TOKEN_SIGNATURE, kUnauthenticated)                  \
  X(kTokenAudience, TOKEN_AUDIENCE, kUnauthenticated)                    \
  X(kTokenExpired, TOKEN_EXPIRED, kUnauthenticated)                      \
  X(kTokenNotYetValid, TOKEN_NOT_YET_VALID, kUnauthenticated)            \
  X(kNotAllowed, NOT_ALLOWED, kPermissionDenied)                         \
  X(kUnknownCaller, UNKNOWN_CALLER, kPermissionDenied)                   \
  X(kEpochNotAllowed, EPOCH_NOT_ALLOWED, kPermissionDenied)              \
  X(kSamePerson, SAME_PERSON, kPermissionDenied)                         \
  X(kNotHere, NOT_HERE, kFailedPrecondition)                             \
  /* How much. */                                                        \
  X(kQuotaSubject, QUOTA_SUBJECT, kResourceExhausted)                    \
  X(kQuotaCaller, QUOTA_CALLER, kResourceExhausted)                      \
  X(kQuotaBudget, QUOTA_BUDGET, kResourceExhausted)                      \
  X(kIdempotencyReused, IDEMPOTENCY_REUSED, kInvalidArgument)            \
  X(kNoGrant, NO_GRANT, kPermissionDenied)                               \
  X(kGrantUsedUp, GRANT_USED_UP, kResourceExhausted)                     \
  X(kBadGrant, BAD_GRANT, kInvalidArgument)                              \
  X(kBadSurge, BAD_SURGE, kInvalidArgument)                              \
  X(kUnknownSurge, UNKNOWN_SURGE, kNotFound)                             \
  /* The service's own state. */                                         \
  X(kCatalogueNotReady, CATALOGUE_NOT_READY, kUnavailable)               \
  X(kCorruptRecords, CORRUPT_RECORDS, kDataLoss)                         \
  X(kOverloaded, OVERLOADED, kResourceExhausted)                         \
  X(kShuttingDown, SHUTTING_DOWN, kUnavailable)                          \
  X(kInternal, INTERNAL, kInternal)                                      \
  X(kDiskFull, DISK_FULL, kResourceExhausted)                            \
  X(kStorageFailed, STORAGE_FAILED, kUnavailable)                        \
  X(kDataDirectoryInUse, DATA_DIRECTORY_IN_USE, kFailedPrecondition)     \
  X(kAddressInUse, ADDRESS_IN_USE, kFailedPrecondition)                  \
  X(kBadConfig, BAD_CONFIG, kInvalidArgument)                            \
  X(kKeyFile, KEY_FILE, kFailedPrecondition)                             \
  X(kFileError, FILE_ERROR, kFailedPrecondition)                         \
  X(kPassphrase, PASSPHRASE, kFailedPrecondition)                        \
  X(kSignerBehind, SIGNER_BEHIND, kFailedPrecondition)                   \
  X(kSignerUnreachable, SIGNER_UNREACHABLE, kUnavailable)                \
  /* What a client could not verify. */                                  \
  X(kBadProof, BAD_PROOF, kDataLoss)                                     \
  X(kBadScalar, BAD_SCALAR, kDataLoss)                                   \
  X(kBadSignature, BAD_SIGNATURE, kPermissionDenied)                     \
  X(kBadEpoch, BAD_EPOCH, kDataLoss)                                     \
  X(kUnknownRule, UNKNOWN_RULE, kDataLoss)                               \
  X(kDuplicateEvaluator, DUPLICATE_EVALUATOR, kDataLoss)                 \
  X(kBadKeySum, BAD_KEY_SUM, kDataLoss)                                  \
  X(kBadPossession, BAD_POSSESSION, kDataLoss)                           \
  X(kFetchBitsTooLarge, FETCH_BITS_TOO_LARGE, kDataLoss)                 \
  X(kBadBucketBits, BAD_BUCKET_BITS, kDataLoss)                          \
  X(kBadRowLength, BAD_ROW_LENGTH, kDataLoss)                            \
  X(kBadRowOrder, BAD_ROW_ORDER, kDataLoss)                              \
  X(kBadPath, BAD_PATH, kDataLoss)                                       \
  X(kBadRecord, BAD_RECORD, kDataLoss)                                   \
  X(kMissingDataset, MISSING_DATASET, kDataLoss)                         \
  X(kUnexpectedDataset, UNEXPECTED_DATASET, kDataLoss)                   \
  X(kWrongIncident, WRONG_INCIDENT, kDataLoss)                           \
  X(kBadResponse, BAD_RESPONSE, kDataLoss)                               \
  X(kCatalogueMalformed, CATALOGUE_MALFORMED, kDataLoss)                 \
  X(kCatalogueWronglySigned, CATALOGUE_WRONGLY_SIGNED, kDataLoss)        \
  X(kCatalogueContent, CATALOGUE_CONTENT, kDataLoss)                     \
  X(kCatalogueExpired, CATALOGUE_EXPIRED, kDataLoss)                     \
  X(kClockBehind, CLOCK_BEHIND, kDataLoss)                               \
  X(kCatalogueRolledBack, CATALOGUE_ROLLED_BACK, kDataLoss)              \
  X(kCatalogueForked, CATALOGUE_FORKED, kDataLoss)                       \
  X(kBadDelegation, BAD_DELEGATION, kDataLoss)                           \
  X(kDelegationExpired, DELEGATION_EXPIRED, kDataLoss)                   \
  X(kDelegationOld, DELEGATION_OLD, kDataLoss)                           \
  X(kBadRootChange, BAD_ROOT_CHANGE, kDataLoss)                          \
  X(kCatalogueSplit, CATALOGUE_SPLIT, kDataLoss)                         \
  X(kBadAudit, BAD_AUDIT, kDataLoss)                                     \
  X(kBadReceipt, BAD_RECEIPT, kDataLoss)                                 \
  X(kClientTooOld, CLIENT_TOO_OLD, kFailedPrecondition)                  \
  /* What a person or a custodian typed or wrote. */                     \
  X(kUnknownForce, UNKNOWN_FORCE, kNotFound)                             \
  X(kUnknownScheme, UNKNOWN_SCHEME, kNotFound)                           \
  X(kBadNumber, BAD_NUMBER, kInvalidArgument)                            \
  X(kNumbersDiffer, NUMBERS_DIFFER, kInvalidArgument)                    \
  X(kBadMapping, BAD_MAPPING, kInvalidArgument)                          \
  X(kBadSource, BAD_SOURCE, kInvalidArgument)                            \
  X(kBadUsage, BAD_USAGE, kInvalidArgument)

enum class Reason {
#define X(enumerator, word, code) enumerator,
  EXPOSURE_REASONS(X)
#undef X
};

// "BAD_PROOF".
std::string_view ReasonWord(Reason reason);

std::optional<Reason> ReasonFromWord(std::string_view word);

// The code that goes with a reason.
absl::StatusCode ReasonCode(Reason reason);

// An error with a reason. `message` is shown to people and logged: it never holds an identifier, an element, a tag, a
// bucket asked for or an answer.
absl::Status Error(Reason reason, std::string_view message);

// The same, and the field that is at fault ("blinded", "notice.title.en"): sent as google.rpc.BadRequest.
absl::Status FieldError(Reason reason, std::string_view field, std::string_view message);

// The same error, and the seconds after which to come back: sent as google.rpc.RetryInfo.
absl::Status WithRetryAfter(absl::Status status, uint64_t seconds);

// When to come back after an error, in seconds; nothing where it does not say.
std::optional<uint64_t> RetryAfter(const absl::Status& status);

// The reason of an error; nothing where it has none.
std::optional<Reason> ReasonOf(const absl::Status& status);

// The word of an error's reason, else of its code: "BAD_PROOF", "CANCELLED".
std::string ReasonWordOf(const absl::Status& status);

// The field of an error; empty where it has none.
std::string FieldOf(const absl::Status& status);

}  // namespace exposure

#endif  // EXPOSURE_BASE_ERROR_H_
