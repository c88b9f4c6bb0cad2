#include "client/seal/resume.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace exposure {
namespace {

using crypto::Secret;

// "exposure-resume/1 SEED SOURCE TIME\n": hexadecimal, and twenty decimal digits.
constexpr std::string_view kMagic = "exposure-resume/1 ";
constexpr size_t kSeedSize = 32;
constexpr size_t kSeedAt = kMagic.size();
constexpr size_t kSourceAt = kSeedAt + 2 * kSeedSize + 1;
constexpr size_t kTimeAt = kSourceAt + 64 + 1;
constexpr size_t kTimeDigits = 20;
constexpr size_t kTextSize = kTimeAt + kTimeDigits + 1;

std::string PathOf(const std::string& dataset_path) { return absl::StrCat(dataset_path, ".resume"); }

Secret Encode(const Resume& resume, const ByteArray<32>& source_hash) {
  Secret text(kTextSize);
  char* out = reinterpret_cast<char*>(text.RevealMutable().data());
  kMagic.copy(out, kMagic.size());
  char hex[2 * kSeedSize + 1];
  sodium_bin2hex(hex, sizeof hex, resume.seed.Reveal().data(), kSeedSize);
  memcpy(out + kSeedAt, hex, 2 * kSeedSize);
  sodium_memzero(hex, sizeof hex);
  const std::string rest = absl::StrFormat(" %s %020d\n", ToHex(source_hash), resume.sealed_at);
  rest.copy(out + kSourceAt - 1, rest.size());
  return text;
}

// Nothing if it is not what Encode makes.
std::optional<Resume> Decode(const Secret& text, ByteArray<32>& source_hash) {
  const std::string_view chars = AsChars(text.Reveal());
  uint64_t sealed_at = 0;
  for (const char c : chars.substr(kTimeAt, kTimeDigits)) sealed_at = sealed_at * 10 + static_cast<uint64_t>(c - '0');
  Resume resume{.seed = Secret(kSeedSize), .sealed_at = sealed_at};
  size_t seed_size = 0;
  if (sodium_hex2bin(resume.seed.RevealMutable().data(), kSeedSize, chars.data() + kSeedAt, 2 * kSeedSize, nullptr,
                     &seed_size, nullptr) != 0 ||
      seed_size != kSeedSize) {
    return std::nullopt;
  }
  const std::optional<ByteArray<32>> source = ArrayFromHex<32>(chars.substr(kSourceAt, 64));
  if (!source) return std::nullopt;
  source_hash = *source;
  if (!(Encode(resume, source_hash) == text)) return std::nullopt;
  return resume;
}

absl::StatusOr<Resume> Read(const std::string& path, const std::string& dataset_path,
                            const ByteArray<32>& source_hash) {
  Secret text(kTextSize);
  ASSIGN_OR_RETURN(const size_t size, ReadPrivateFile(path, text.RevealMutable()));
  ByteArray<32> held_hash{};
  std::optional<Resume> resume = size == kTextSize ? Decode(text, held_hash) : std::nullopt;
  if (!resume) {
    return Error(Reason::kKeyFile, absl::StrCat(path, ": is damaged. If ", dataset_path,
                                                " is not published yet, remove both files and seal again."));
  }
  if (held_hash != source_hash) {
    return Error(
        Reason::kBadUsage,
        absl::StrCat(path, ": belongs to another source, or the source has changed since. Publish ", dataset_path,
                     " first, or give it up: remove it and ", path, ", and seal again. Or name ", "another output."));
  }
  return *std::move(resume);
}

}  // namespace

absl::StatusOr<Resume> OpenResume(const std::string& dataset_path, const ByteArray<32>& source_hash, uint64_t now) {
  const std::string path = PathOf(dataset_path);
  if (struct stat st; lstat(path.c_str(), &st) == 0) return Read(path, dataset_path, source_hash);
  Resume resume{.seed = Secret::Random(kSeedSize), .sealed_at = now};
  RETURN_IF_ERROR(WriteNewFile(path, AsChars(Encode(resume, source_hash).Reveal()), 0600));
  return resume;
}

absl::Status EraseResume(const std::string& dataset_path) {
  const std::string path = PathOf(dataset_path);
  const auto failed = [&path] {
    return Error(Reason::kFileError, absl::StrCat(path, ": cannot erase: ", strerror(errno), ". Erase it by hand."));
  };
  const int fd = open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? absl::OkStatus() : failed();
  const std::string zeros(kTextSize, '\0');
  const bool overwritten =
      pwrite(fd, zeros.data(), zeros.size(), 0) == static_cast<ssize_t>(zeros.size()) && fsync(fd) == 0;
  close(fd);
  if (!overwritten || unlink(path.c_str()) != 0) return failed();
  return absl::OkStatus();
}

}  // namespace exposure
