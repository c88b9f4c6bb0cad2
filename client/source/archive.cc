#include "client/source/archive.h"

#include <sodium.h>
#include <zip.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/wiped.h"

namespace exposure {
namespace {

constexpr size_t kPiece = 64 << 10;

std::string Lower(std::string_view part) { return absl::AsciiStrToLower(std::string(part)); }

// Whether a name stays inside the archive and can stand in a message.
bool IsSafeName(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find_first_of("\\:") != name.npos) return false;
  if (std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; })) return false;
  for (absl::string_view step : absl::StrSplit(absl::string_view(name.data(), name.size()), '/')) {
    if (step == "..") return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Archive>> Archive::Open(std::string name, std::string bytes) {
  std::unique_ptr<Archive> archive(new Archive(std::move(name), std::move(bytes)));
  RETURN_IF_ERROR(archive->OpenZip());
  return archive;
}

Archive::~Archive() {
  if (zip_ != nullptr) zip_discard(zip_);
  sodium_memzero(bytes_.data(), bytes_.size());
}

absl::Status Archive::ErrorAt(std::string_view where, std::string_view what) const {
  return Error(Reason::kBadSource, absl::StrCat(name_, ": ", std::string(where), ": ", std::string(what)));
}

absl::Status Archive::OpenZip() {
  const absl::Status not_zip =
      Error(Reason::kBadSource,
            absl::StrCat(name_, ": is not a ZIP archive, or was cut short. Copy it again from its origin."));
  zip_source_t* source = zip_source_buffer_create(bytes_.data(), bytes_.size(), 0, nullptr);
  if (source == nullptr) return not_zip;
  zip_ = zip_open_from_source(source, ZIP_RDONLY, nullptr);
  if (zip_ == nullptr) {
    zip_source_free(source);
    return not_zip;
  }
  const auto count = static_cast<uint64_t>(zip_get_num_entries(zip_, 0));
  if (count == 0) return not_zip;
  if (count > kMaxArchiveParts) {
    return Error(Reason::kBadSource,
                 absl::StrCat(name_, ": holds ", count, " parts; at most ", kMaxArchiveParts, " are read."));
  }
  for (uint64_t i = 0; i < count; ++i) RETURN_IF_ERROR(AddEntry(i));
  return absl::OkStatus();
}

absl::Status Archive::AddEntry(uint64_t index) {
  zip_stat_t stat;
  const uint64_t wanted = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  if (zip_stat_index(zip_, index, 0, &stat) != 0 || (stat.valid & wanted) != wanted) {
    return ErrorAt(absl::StrCat("part ", index + 1), "has no readable entry. Copy the file again from its origin.");
  }
  const std::string name = stat.name;
  if (!IsSafeName(name)) {
    return ErrorAt(absl::StrCat("part \"", absl::Utf8SafeCEscape(name), "\""),
                   "has a name that leads out of the archive. No program that makes workbooks writes such a one.");
  }
  if (stat.encryption_method != ZIP_EM_NONE) {
    return ErrorAt(name, "is encrypted. Unpack the archive with its password and give what is inside.");
  }
  if (zip_compression_method_supported(static_cast<zip_int32_t>(stat.comp_method), 0) == 0) {
    return ErrorAt(name, "is compressed in a way that is not known. Pack it again as an ordinary ZIP archive.");
  }
  packed_ += std::min(stat.comp_size, uint64_t{bytes_.size()} + 1);
  if (packed_ > bytes_.size()) {
    return ErrorAt(name, "with it the parts take more room than the archive has: it is damaged, or a bomb.");
  }
  inflated_ += std::min(stat.size, kMaxInflated + 1);
  if (inflated_ > kMaxInflated) {
    return ErrorAt(name, absl::StrCat("with it the archive unpacks to more than ", kMaxInflated >> 30, " GiB."));
  }
  if (stat.size > kFreeInflated && stat.size / kMaxRatio > stat.comp_size) {
    return ErrorAt(name, absl::StrCat("unpacks to more than ", kMaxRatio, " times its size: only a bomb does."));
  }
  if (name.back() == '/') return absl::OkStatus();
  if (!entries_.try_emplace(Lower(name), Entry{.index = index, .size = stat.size, .name = name}).second) {
    return ErrorAt(name, "is there twice: which one counts cannot be known.");
  }
  parts_.push_back(name);
  return absl::OkStatus();
}

std::string_view Archive::Find(std::string_view part) const {
  const auto found = entries_.find(Lower(part));
  return found == entries_.end() ? std::string_view() : found->second.name;
}

uint64_t Archive::SizeOf(std::string_view part) const {
  const auto found = entries_.find(Lower(part));
  return found == entries_.end() ? 0 : found->second.size;
}

absl::Status Archive::Read(std::string_view part, PieceSink sink) const {
  const auto found = entries_.find(Lower(part));
  if (found == entries_.end()) return ErrorAt(part, "is missing. Copy the file again from its origin.");
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(zip_, found->second.index, 0),
                                                               zip_fclose);
  WipedText piece(kPiece, '\0');
  uint64_t left = found->second.size;
  for (;;) {
    const int64_t n = file == nullptr ? -1 : zip_fread(file.get(), piece.data(), piece.size());
    if (n < 0 || static_cast<uint64_t>(n) > left || (n == 0 && left > 0)) {
      return ErrorAt(part, "is damaged or cut short. Copy the file again from its origin.");
    }
    if (n == 0) return absl::OkStatus();
    left -= static_cast<uint64_t>(n);
    RETURN_IF_ERROR(sink(std::string_view(piece.data(), static_cast<size_t>(n))));
  }
}

}  // namespace exposure
