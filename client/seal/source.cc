#include "client/seal/source.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/csv_reader.h"
#include "client/seal/mapping.h"
#include "crypto/hash.h"

namespace exposure {
namespace {

constexpr uint64_t kRowsBetweenReports = 1000;

// The bytes of a file, hashed as they go by.
class HashedFile {
 public:
  explicit HashedFile(const std::string& path) : path_(path), fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~HashedFile() {
    if (fd_ >= 0) close(fd_);
  }
  HashedFile(const HashedFile&) = delete;
  HashedFile& operator=(const HashedFile&) = delete;

  absl::StatusOr<size_t> Read(std::span<uint8_t> buffer) {
    ssize_t n;
    do {
      n = fd_ < 0 ? -1 : read(fd_, buffer.data(), buffer.size());
    } while (n < 0 && fd_ >= 0 && errno == EINTR);
    if (n < 0) return Error(Reason::kFileError, absl::StrCat(path_, ": cannot read: ", strerror(errno)));
    hash_.Update(buffer.first(static_cast<size_t>(n)));
    return static_cast<size_t>(n);
  }
  ByteArray<32> Hash() { return hash_.Finish(); }

 private:
  const std::string& path_;
  const int fd_;
  crypto::Sha256Stream hash_;
};

}  // namespace

absl::StatusOr<Source> ReadSource(const std::string& path, const v1::Mapping& mapping, const v1::CanonicalRule& rule,
                                  const std::function<void(uint64_t rows)>& progress) {
  HashedFile file(path);
  People people(rule);
  std::optional<ColumnPlan> plan;
  uint64_t rows = 0;
  RETURN_IF_ERROR(ReadCsv(
      path, [&file](std::span<uint8_t> buffer) { return file.Read(buffer); }, ',',
      [&](std::span<const std::string> columns) -> absl::Status {
        ASSIGN_OR_RETURN(plan, ColumnPlan::Create(mapping, path, columns));
        return absl::OkStatus();
      },
      [&](const CsvRow& row) {
        if (++rows % kRowsBetweenReports == 0 && progress) progress(rows);
        return people.Add(row.number, row.cells[plan->key_column()], plan->CategoriesOf(row.cells));
      }));
  RETURN_IF_ERROR(people.Finish());
  if (progress) progress(rows);
  return Source{.people = std::move(people), .hash = file.Hash()};
}

}  // namespace exposure
