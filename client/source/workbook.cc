#include "client/source/workbook.h"

#include <sodium.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/source/archive.h"
#include "client/source/package.h"
#include "client/source/pivot_cache.h"
#include "client/source/remarks.h"
#include "client/source/sheet_reader.h"
#include "client/source/xml.h"

namespace exposure {
namespace {

constexpr std::string_view kOleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
// "EncryptedPackage" in UTF-16, as the directory of an OLE container names it.
constexpr std::string_view kEncryptedPackage("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32);
constexpr char kSaveAsWorkbook[] = "Open it in its program and save it again as \"Excel Workbook (.xlsx)\".";

struct ListedSheet {
  std::string name;
  std::string relationship;
  Visibility visibility = Visibility::kVisible;
};

// xl/workbook.xml.
class WorkbookSink : public XmlSink {
 public:
  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr" && attributes.IsTrue("date1904")) dates = DateSystem::k1904;
    if (name == "definedName") ++defined_names;
    if (name == "sheet") {
      const std::string_view state = attributes.Get("state");
      sheets.push_back({.name = std::string(attributes.Get("name")),
                        .relationship = std::string(attributes.Get("id")),
                        .visibility = state == "hidden"       ? Visibility::kHidden
                                      : state == "veryHidden" ? Visibility::kVeryHidden
                                                              : Visibility::kVisible});
    }
    return absl::OkStatus();
  }
  absl::Status OnEnd(std::string_view) override { return absl::OkStatus(); }

  std::vector<ListedSheet> sheets;
  DateSystem dates = DateSystem::k1900;
  uint64_t defined_names = 0;
};

class Workbook : public SourceFile {
 public:
  explicit Workbook(std::unique_ptr<Archive> archive) : archive_(std::move(archive)) {}

  absl::Status Open();

  const std::vector<TableFacts>& tables() const override { return facts_; }
  absl::Status Read(size_t table, TableRowSink row) override;
  std::vector<size_t> HiddenColumns(size_t table) const override { return sheets_[table].facts.hidden_columns; }
  absl::StatusOr<std::vector<Remark>> Remarks() override;

 private:
  absl::StatusOr<std::string> FindMain(const ContentTypes& types) const;
  absl::Status OpenMain(const std::string& part);
  absl::Status AddUnlisted(const ContentTypes& types);
  void AddTable(TableFacts facts, uint64_t external_sheet = 0);

  // Besides the facts of a table.
  struct Sheet {
    uint64_t external = 0;  // its number in an external link
    bool read = false;      // to its end
    SheetFacts facts;
  };

  const std::unique_ptr<Archive> archive_;
  CellContext context_;
  std::set<std::string> listed_;  // the parts of the sheets that the workbook mentions
  std::vector<TableFacts> facts_;
  std::vector<Sheet> sheets_;    // of each table
  std::string shared_strings_;   // their part; may be empty
  std::vector<Remark> remarks_;  // of parts that are no tables
};

void Workbook::AddTable(TableFacts facts, uint64_t external_sheet) {
  facts_.push_back(std::move(facts));
  sheets_.push_back({.external = external_sheet});
}

absl::StatusOr<std::string> Workbook::FindMain(const ContentTypes& types) const {
  ASSIGN_OR_RETURN(const std::vector<Relationship> links, ReadRelationships(*archive_, ""));
  const Relationship* main = FindRelationship(links, "officeDocument");
  if (main == nullptr) return archive_->ErrorAt("_rels/.rels", absl::StrCat("names no workbook. ", kSaveAsWorkbook));
  const std::string type = std::string(types.Of(main->target));
  if (type.find("binary") != type.npos || main->target.ends_with(".bin")) {
    return archive_->ErrorAt(main->target, absl::StrCat("is a binary workbook (.xlsb). ", kSaveAsWorkbook));
  }
  if (type.find("sheet") == type.npos && type.find("excel") == type.npos) {
    return archive_->ErrorAt(main->target, "is of another program's document, not a workbook.");
  }
  return main->target;
}

absl::Status Workbook::OpenMain(const std::string& part) {
  WorkbookSink sink;
  RETURN_IF_ERROR(ReadKeptXml(*archive_, part, sink));
  context_.dates = sink.dates;
  ASSIGN_OR_RETURN(const std::vector<Relationship> links, ReadRelationships(*archive_, part));
  if (const Relationship* styles = FindRelationship(links, "styles")) {
    RETURN_IF_ERROR(context_.styles.Read(*archive_, styles->target));
  }
  if (const Relationship* strings = FindRelationship(links, "sharedStrings")) {
    shared_strings_ = strings->target;
    RETURN_IF_ERROR(context_.strings.Read(*archive_, shared_strings_));
  }
  for (size_t i = 0; i < sink.sheets.size(); ++i) {
    ListedSheet& sheet = sink.sheets[i];
    const auto link = std::find_if(links.begin(), links.end(), [&](const Relationship& one) {
      return one.id == sheet.relationship && !one.external && !archive_->Find(one.target).empty();
    });
    if (link == links.end()) {
      return archive_->ErrorAt(part, absl::StrCat("sheet ", i + 1, " of ", sink.sheets.size(),
                                                  " is missing. Copy the file again from its origin."));
    }
    if (!listed_.insert(link->target).second) return archive_->ErrorAt(link->target, "is the part of two sheets.");
    AddTable({.name = std::move(sheet.name),
              .kind = TableKind::kSheet,
              .visibility = sheet.visibility,
              .part = link->target});
  }
  if (sink.defined_names > 0) {
    remarks_.push_back({.part = part, .what = "defined names", .count = sink.defined_names});
  }
  return absl::OkStatus();
}

// By their types, not by who points at them: a sheet or a cache may be left inside when what used it is deleted.
absl::Status Workbook::AddUnlisted(const ContentTypes& types) {
  std::vector<std::string> caches, links;
  for (const std::string& part : archive_->parts()) {
    const std::string_view type = types.Of(part);
    if ((type.ends_with("worksheet+xml") || type.ends_with("macrosheet+xml")) && !listed_.contains(part)) {
      AddTable({.name = part, .kind = TableKind::kSheet, .visibility = Visibility::kVeryHidden, .part = part});
    }
    if (type.ends_with("pivotcachedefinition+xml")) caches.push_back(part);
    if (type.ends_with("externallink+xml")) links.push_back(part);
  }
  for (const std::string& part : caches) {
    AddTable({.name = part, .kind = TableKind::kPivotCache, .visibility = Visibility::kVeryHidden, .part = part});
  }
  for (const std::string& part : links) {
    ASSIGN_OR_RETURN(const std::vector<ExternalSheet> sheets, ExternalSheets(*archive_, part));
    for (const ExternalSheet& sheet : sheets) {
      AddTable({.name = sheet.name.empty() ? part : sheet.name,
                .kind = TableKind::kExternalCache,
                .visibility = Visibility::kVeryHidden,
                .part = part},
               sheet.id);
    }
  }
  return absl::OkStatus();
}

absl::Status Workbook::Open() {
  ASSIGN_OR_RETURN(const ContentTypes types, ContentTypes::Read(*archive_));
  ASSIGN_OR_RETURN(const std::string main, FindMain(types));
  RETURN_IF_ERROR(OpenMain(main));
  RETURN_IF_ERROR(AddUnlisted(types));
  ASSIGN_OR_RETURN(std::vector<Remark> remarks, FindRemarks(*archive_, types));
  remarks_.insert(remarks_.end(), std::make_move_iterator(remarks.begin()), std::make_move_iterator(remarks.end()));
  return absl::OkStatus();
}

absl::Status Workbook::Read(size_t table, TableRowSink row) {
  const std::string& part = facts_[table].part;
  Sheet& sheet = sheets_[table];
  if (facts_[table].kind == TableKind::kPivotCache) return ReadPivotCache(*archive_, part, context_, row);
  if (facts_[table].kind == TableKind::kExternalCache) {
    return ReadExternalSheet(*archive_, part, context_, sheet.external, row);
  }
  SheetFacts facts;
  RETURN_IF_ERROR(ReadSheet(*archive_, part, context_, facts, row));
  sheet.facts = std::move(facts);
  sheet.read = true;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Remark>> Workbook::Remarks() {
  std::vector<Remark> all = remarks_;
  for (size_t i = 0; i < facts_.size(); ++i) {
    if (facts_[i].kind != TableKind::kSheet) continue;
    if (!sheets_[i].read) RETURN_IF_ERROR(Read(i, [](const TableRow&) { return absl::OkStatus(); }));
    for (Remark& remark : sheets_[i].facts.texts.Remarks(facts_[i].part)) all.push_back(std::move(remark));
  }
  const uint64_t unused = context_.strings.CountUnused();
  if (unused > 0) all.push_back({.part = shared_strings_, .what = "texts that no cell uses", .count = unused});
  return all;
}

absl::Status RefuseOle(const std::string& name, std::string& bytes) {
  const bool encrypted = bytes.find(kEncryptedPackage) != bytes.npos;
  sodium_memzero(bytes.data(), bytes.size());
  return Error(Reason::kBadSource,
               absl::StrCat(name,
                            encrypted ? ": is encrypted. Open it in Excel with its password, choose File, Info, "
                                        "Protect Workbook, Encrypt with Password, empty the field, and save."
                                      : ": is a workbook of the old format (.xls), or no workbook. ",
                            encrypted ? "" : kSaveAsWorkbook));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SourceFile>> OpenWorkbook(std::string name, std::string bytes) {
  if (bytes.starts_with(kOleMagic)) return RefuseOle(name, bytes);
  ASSIGN_OR_RETURN(std::unique_ptr<Archive> archive, Archive::Open(std::move(name), std::move(bytes)));
  return OpenWorkbook(std::move(archive));
}

absl::StatusOr<std::unique_ptr<SourceFile>> OpenWorkbook(std::unique_ptr<Archive> archive) {
  auto workbook = std::make_unique<Workbook>(std::move(archive));
  RETURN_IF_ERROR(workbook->Open());
  return workbook;
}

bool IsPackage(const Archive& archive) { return !archive.Find(kContentTypes).empty(); }

}  // namespace exposure
