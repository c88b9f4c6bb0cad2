#include "client/cli/exit_code.h"

#include <optional>

namespace exposure::cli {
namespace {

ExitCode ByStatusCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
      return ExitCode::kWrongUse;
    case absl::StatusCode::kDataLoss:
      return ExitCode::kNotVerified;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kFailedPrecondition:
      return ExitCode::kRefused;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnimplemented:
      return ExitCode::kUnreachable;
    default:
      return ExitCode::kFailed;
  }
}

}  // namespace

// No default: a new reason does not compile until it has its code here.
ExitCode ExitCodeOf(Reason reason) {
  switch (reason) {
    case Reason::kUnknownForce:
    case Reason::kUnknownScheme:
    case Reason::kBadNumber:
    case Reason::kNumbersDiffer:
    case Reason::kBadMapping:
    case Reason::kBadSource:
    case Reason::kBadUsage:
    case Reason::kBadConfig:
    case Reason::kBadNotice:
    case Reason::kUnknownIncident:
    case Reason::kIncidentExists:
    case Reason::kDatasetExists:
    case Reason::kNoticeChanged:
    case Reason::kUnknownDataset:
    case Reason::kUnknownUpload:
    case Reason::kUploadDiffers:
    case Reason::kUploadIncomplete:
    case Reason::kBadRetention:
    case Reason::kBadGrant:
    case Reason::kBadSurge:
    case Reason::kUnknownSurge:
    case Reason::kPassphrase:
    case Reason::kKeyFile:
    case Reason::kFileError:
      return ExitCode::kWrongUse;

    case Reason::kFieldLength:
    case Reason::kBatchSize:
    case Reason::kBadElement:
    case Reason::kBadPrefix:
    case Reason::kPrefixTooShort:
    case Reason::kUnknownEpoch:
    case Reason::kRetiredEpoch:
    case Reason::kUnknownVersion:
    case Reason::kStaleCatalogue:
    case Reason::kBadOffset:
    case Reason::kBadManifest:
    case Reason::kBadDataset:
    case Reason::kCorruptRecords:
    case Reason::kBadProof:
    case Reason::kBadScalar:
    case Reason::kBadSignature:
    case Reason::kBadEpoch:
    case Reason::kUnknownRule:
    case Reason::kDuplicateEvaluator:
    case Reason::kBadKeySum:
    case Reason::kBadPossession:
    case Reason::kFetchBitsTooLarge:
    case Reason::kBadBucketBits:
    case Reason::kBadRowLength:
    case Reason::kBadRowOrder:
    case Reason::kBadPath:
    case Reason::kBadRecord:
    case Reason::kMissingDataset:
    case Reason::kUnexpectedDataset:
    case Reason::kWrongIncident:
    case Reason::kBadResponse:
    case Reason::kCatalogueMalformed:
    case Reason::kCatalogueWronglySigned:
    case Reason::kCatalogueContent:
    case Reason::kCatalogueExpired:
    case Reason::kClockBehind:
    case Reason::kCatalogueRolledBack:
    case Reason::kCatalogueForked:
    case Reason::kBadDelegation:
    case Reason::kDelegationExpired:
    case Reason::kDelegationOld:
    case Reason::kBadRootChange:
    case Reason::kCatalogueSplit:
    case Reason::kBadAudit:
    case Reason::kBadReceipt:
    case Reason::kIdempotencyReused:
      return ExitCode::kNotVerified;

    case Reason::kNoCaller:
    case Reason::kCertificateUntrusted:
    case Reason::kCertificateExpired:
    case Reason::kCertificateRevoked:
    case Reason::kCertificateName:
    case Reason::kBadToken:
    case Reason::kTokenAlgorithm:
    case Reason::kTokenSignature:
    case Reason::kTokenAudience:
    case Reason::kTokenExpired:
    case Reason::kTokenNotYetValid:
    case Reason::kNotAllowed:
    case Reason::kUnknownCaller:
    case Reason::kEpochNotAllowed:
    case Reason::kSamePerson:
    case Reason::kNotHere:
    case Reason::kQuotaSubject:
    case Reason::kQuotaCaller:
    case Reason::kQuotaBudget:
    case Reason::kNoGrant:
    case Reason::kGrantUsedUp:
    case Reason::kSignerBehind:
    case Reason::kUnknownCustodian:
    case Reason::kRevokedCustodian:
    case Reason::kWrongForce:
    case Reason::kDifferenceUnexplained:
    case Reason::kSmallBatch:
    case Reason::kTooManyUploads:
    case Reason::kDatasetTooLarge:
    case Reason::kOverloaded:
    case Reason::kClientTooOld:
      return ExitCode::kRefused;

    case Reason::kCatalogueNotReady:
    case Reason::kShuttingDown:
    case Reason::kSignerUnreachable:
    case Reason::kStorageFailed:
      return ExitCode::kUnreachable;

    case Reason::kInternal:
    case Reason::kDiskFull:
    case Reason::kDataDirectoryInUse:
    case Reason::kAddressInUse:
      return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  return reason ? ExitCodeOf(*reason) : ByStatusCode(status.code());
}

}  // namespace exposure::cli
