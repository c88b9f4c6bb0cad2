#include "client/source/open_source.h"

#include <sodium.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/archive.h"
#include "client/source/foreign_format.h"
#include "client/source/source_set.h"
#include "client/source/values_file.h"
#include "client/source/workbook.h"

namespace exposure {
namespace {

constexpr std::string_view kZip = "PK\x03\x04";
constexpr std::string_view kOle = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

absl::Status BadFile(const std::string& name, std::string_view what) {
  return Error(Reason::kBadSource, absl::StrCat(name, ": ", std::string(what)));
}

// What a Mac adds to archives and folders: not the custodian's.
bool IsNoteOfMac(std::string_view entry) {
  const std::string_view file = entry.substr(entry.rfind('/') + 1);
  return entry.starts_with("__MACOSX/") || file == ".DS_Store" || file.starts_with("._");
}

class Opener {
 public:
  absl::Status Add(NamedBytes& file);
  std::unique_ptr<SourceFile> Finish();

 private:
  absl::Status AddArchive(std::unique_ptr<Archive> archive);
  absl::Status AddEntry(const Archive& archive, const std::string& entry);
  absl::Status Keep(const std::string& name, absl::StatusOr<std::unique_ptr<SourceFile>> file);

  std::vector<SetMember> members_;
  std::vector<Remark> remarks_;  // of archives
  uint64_t bytes_ = 0;
  bool in_archive_ = false;
  bool any_archive_ = false;
};

absl::Status Opener::Keep(const std::string& name, absl::StatusOr<std::unique_ptr<SourceFile>> file) {
  RETURN_IF_ERROR(file.status());
  if (std::any_of(members_.begin(), members_.end(), [&](const SetMember& one) { return one.name == name; })) {
    return BadFile(name, "is given twice: every row would count twice.");
  }
  if (members_.size() == kMaxSourceFiles) {
    return BadFile(name, absl::StrCat("is one file too many: at most ", kMaxSourceFiles, " are read together."));
  }
  members_.push_back({.name = name, .before = "", .file = *std::move(file)});
  return absl::OkStatus();
}

absl::Status Opener::Add(NamedBytes& file) {
  bytes_ += file.bytes.size();
  if (bytes_ > kMaxSourceBytes) {
    return BadFile(file.name,
                   absl::StrCat("with it there are more than ", kMaxSourceBytes >> 30, " GiB. Give fewer files."));
  }
  RETURN_IF_ERROR(CheckFormat(file.name, file.bytes));
  if (file.bytes.starts_with(kOle)) return Keep(file.name, OpenWorkbook(file.name, std::move(file.bytes)));
  if (!file.bytes.starts_with(kZip)) return Keep(file.name, OpenValues(file.name, std::move(file.bytes)));
  ASSIGN_OR_RETURN(std::unique_ptr<Archive> archive, Archive::Open(file.name, std::move(file.bytes)));
  if (IsPackage(*archive)) return Keep(file.name, OpenWorkbook(std::move(archive)));
  return AddArchive(std::move(archive));
}

absl::Status Opener::AddArchive(std::unique_ptr<Archive> archive) {
  if (in_archive_)
    return BadFile(archive->name(), "is an archive in an archive. Unpack the outer one, and give its files.");
  in_archive_ = any_archive_ = true;
  const size_t before = members_.size();
  uint64_t notes = 0;
  for (const std::string& entry : archive->parts()) {
    if (IsNoteOfMac(entry)) {
      ++notes;
    } else {
      RETURN_IF_ERROR(AddEntry(*archive, entry));
    }
  }
  in_archive_ = false;
  if (members_.size() == before) return BadFile(archive->name(), "is an archive without a file.");
  if (notes > 0) {
    const std::string file = archive->name().substr(archive->name().rfind('/') + 1);
    remarks_.push_back(
        {.part = absl::StrCat(file, ": __MACOSX"), .what = "a Mac's notes on its files", .count = notes});
  }
  return absl::OkStatus();
}

absl::Status Opener::AddEntry(const Archive& archive, const std::string& entry) {
  NamedBytes file{.name = absl::StrCat(archive.name(), "/", entry)};
  const uint64_t size = archive.SizeOf(entry);
  if (bytes_ + size > kMaxSourceBytes) {
    return BadFile(file.name,
                   absl::StrCat("with it there are more than ", kMaxSourceBytes >> 30, " GiB. Give fewer files."));
  }
  file.bytes.reserve(size);
  absl::Status status = archive.Read(entry, [&file](std::string_view piece) {
    file.bytes.append(piece);
    return absl::OkStatus();
  });
  if (status.ok()) status = Add(file);
  sodium_memzero(file.bytes.data(), file.bytes.size());
  return status;
}

std::unique_ptr<SourceFile> Opener::Finish() {
  const bool names_files = any_archive_ || members_.size() > 1;
  return std::make_unique<SourceSet>(std::move(members_), names_files, std::move(remarks_));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SourceFile>> OpenSources(std::vector<NamedBytes> files) {
  Opener opener;
  absl::Status status;
  for (NamedBytes& file : files) {
    if (status.ok()) status = opener.Add(file);
    sodium_memzero(file.bytes.data(), file.bytes.size());
  }
  RETURN_IF_ERROR(status);
  if (files.empty()) return Error(Reason::kBadSource, "No file is given.");
  return opener.Finish();
}

}  // namespace exposure
