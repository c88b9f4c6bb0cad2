#include "client/cli/audit_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/cli/text_file.h"
#include "crypto/key_text.h"
#include "exposure/config/v1/config.pb.h"

namespace exposure::cli {
namespace {

constexpr size_t kPiece = size_t{1} << 20;
constexpr char kOperatorPublic[] = "the public file of an operator's key";
constexpr char kSignedHead[] = "a file of `exposure audit sign`";

absl::Status SystemError(const std::string& path, const char* doing) {
  const Reason reason = errno == ENOSPC || errno == EDQUOT ? Reason::kDiskFull : Reason::kFileError;
  return Error(reason, absl::StrCat(path, ": cannot ", doing, ": ", strerror(errno)));
}

absl::StatusOr<crypto::PublicKey> ReadOperatorKey(const std::string& path) {
  config::v1::SigningPublic file;
  RETURN_IF_ERROR(ReadMadeFile(path, kOperatorPublic, Reason::kBadUsage, file));
  const std::optional<crypto::PublicKey> key = ArrayFromHex<32>(file.public_key());
  if (file.kind() != crypto::KeyKindWord(crypto::KeyKind::kOperator) || !key ||
      file.fingerprint() != ToHex(crypto::DeriveKeyId(*key))) {
    return Error(Reason::kBadUsage, absl::StrCat(path, ": is not ", kOperatorPublic, "."));
  }
  return *key;
}

}  // namespace

absl::StatusOr<AuditSummary> ReadAuditFile(const std::string& path, uint64_t first, crypto::AuditVerifier& verifier,
                                           AuditSink sink) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return SystemError(path, "open");
  AuditSummary summary{.first = first};
  std::string piece(kPiece, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    RETURN_IF_ERROR(verifier.Add(AsBytes(piece).first(static_cast<size_t>(in.gcount())), [&](const auto& entry) {
      if (summary.entries++ == 0) summary.first_time = entry.time;
      summary.last_time = entry.time;
      sink(entry);
    }));
  }
  if (in.bad()) return SystemError(path, "read");
  RETURN_IF_ERROR(verifier.Finish());
  if (summary.entries == 0) return Error(Reason::kBadAudit, absl::StrCat(path, ": holds no entry."));
  summary.last = verifier.last();
  return summary;
}

absl::StatusOr<std::unique_ptr<AuditContinuation>> AuditContinuation::Open(const std::string& path,
                                                                           crypto::AuditVerifier& verifier,
                                                                           uint64_t first) {
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC;
  int fd = open(path.c_str(), kFlags | O_EXCL, 0600);
  const bool made = fd >= 0;
  if (!made && errno == EEXIST) fd = open(path.c_str(), kFlags, 0600);
  if (fd < 0) return SystemError(path, "open it for writing");
  return std::unique_ptr<AuditContinuation>(new AuditContinuation(path, verifier, first, fd, made));
}

AuditContinuation::~AuditContinuation() {
  if (made_ && !kept_ && IsStillEmpty()) unlink(path_.c_str());
}

// Whether the file that was made is still at its path, and nobody has written into it.
bool AuditContinuation::IsStillEmpty() const {
  struct stat opened;
  struct stat there;
  return fstat(fd_.get(), &opened) == 0 && lstat(path_.c_str(), &there) == 0 && opened.st_dev == there.st_dev &&
         opened.st_ino == there.st_ino && opened.st_size == 0;
}

uint64_t AuditContinuation::from() const { return begun() ? verifier_.last().sequence : first_; }

absl::Status AuditContinuation::Take(std::string_view piece) {
  ASSIGN_OR_RETURN(const std::string_view fresh, Compare(piece));
  const uint64_t before = verifier_.last().sequence;
  RETURN_IF_ERROR(verifier_.Add(AsBytes(fresh)));
  RETURN_IF_ERROR(verifier_.Finish());  // nothing less than whole entries
  RETURN_IF_ERROR(Append(fresh));
  added_ += verifier_.last().sequence - before;
  return absl::OkStatus();
}

// Takes the entry off that is there already.
absl::StatusOr<std::string_view> AuditContinuation::Compare(std::string_view piece) {
  if (std::exchange(compared_, true) || !begun()) return piece;
  const std::optional<size_t> size = crypto::AuditEntrySize(AsBytes(piece));
  if (!size || *size > piece.size() ||
      crypto::AuditEntryHash(AsBytes(piece.substr(0, *size))) != verifier_.last().hash) {
    return Error(Reason::kBadAudit,
                 absl::StrCat("Entry ", verifier_.last().sequence, " of the service's audit log is not the one in ",
                              path_, ": the log there was edited or replaced, or is another one."));
  }
  return piece.substr(*size);
}

bool AuditContinuation::Misses(const absl::Status& ended) const {
  return begun() && !compared_ && (ended.ok() || ReasonOf(ended) == Reason::kBadOffset);
}

absl::Status AuditContinuation::Append(std::string_view bytes) {
  const off_t before = lseek(fd_.get(), 0, SEEK_END);
  while (!bytes.empty()) {
    const ssize_t n = write(fd_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      absl::Status status = SystemError(path_, "write");
      return ftruncate(fd_.get(), before) == 0 ? status : SystemError(path_, "cut off what was half written");
    }
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return fsync(fd_.get()) == 0 ? absl::OkStatus() : SystemError(path_, "sync");
}

absl::Status WriteSignedHead(const crypto::AuditHead& head, const crypto::SigningKey& key, const std::string& path) {
  const auto body = crypto::Encode(head);
  config::v1::AuditHeadFile file;
  file.set_head(ToHex(body));
  file.set_signature(ToHex(key.Sign(crypto::kAuditHeadLabel, body)));
  const std::string text = absl::StrCat("# proto-file: exposure/config/v1/config.proto\n",
                                        "# proto-message: exposure.config.v1.AuditHeadFile\n", ToTextProto(file));
  return WriteNewFile(path, text, 0644);
}

absl::StatusOr<crypto::AuditHead> ReadSignedHead(const std::string& path, const std::string& public_key) {
  ASSIGN_OR_RETURN(const crypto::PublicKey key, ReadOperatorKey(public_key));
  config::v1::AuditHeadFile file;
  RETURN_IF_ERROR(ReadMadeFile(path, kSignedHead, Reason::kBadUsage, file));
  const auto body = ArrayFromHex<crypto::kAuditHeadSize>(file.head());
  const auto signature = ArrayFromHex<sizeof(crypto::Signature)>(file.signature());
  if (!body || !signature) {
    return Error(Reason::kBadUsage, absl::StrCat(path, ": is not ", kSignedHead, "."));
  }
  RETURN_IF_ERROR(crypto::VerifySignature(key, crypto::kAuditHeadLabel, *body, *signature));
  return crypto::DecodeAuditHead(*body);
}

}  // namespace exposure::cli
