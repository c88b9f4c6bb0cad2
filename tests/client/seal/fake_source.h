// A source whose tables a test writes down.
#ifndef EXPOSURE_TESTS_CLIENT_SEAL_FAKE_SOURCE_H_
#define EXPOSURE_TESTS_CLIENT_SEAL_FAKE_SOURCE_H_

#include <string>
#include <vector>

#include "client/source/source_file.h"

namespace exposure::testing {

struct FakeRow {
  uint64_t number = 0;
  std::vector<Cell> cells;
  bool hidden = false;
};

// Cells of text; one that is empty is blank.
inline std::vector<Cell> Texts(const std::vector<const char*>& texts) {
  std::vector<Cell> cells;
  for (const char* text : texts) cells.push_back({.text = text, .kind = *text ? CellKind::kText : CellKind::kBlank});
  return cells;
}

// The columns of cells that are not blank.
inline std::vector<size_t> FilledOf(const std::vector<Cell>& cells) {
  std::vector<size_t> filled;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].kind != CellKind::kBlank) filled.push_back(i);
  }
  return filled;
}

class FakeSource : public SourceFile {
 public:
  void Add(TableFacts facts, std::vector<FakeRow> rows) {
    facts_.push_back(std::move(facts));
    rows_.push_back(std::move(rows));
  }
  void AddRemark(Remark remark) { remarks_.push_back(std::move(remark)); }

  const std::vector<TableFacts>& tables() const override { return facts_; }
  absl::Status Read(size_t table, TableRowSink row) override {
    for (const FakeRow& one : rows_[table]) {
      const std::vector<size_t> filled = FilledOf(one.cells);
      absl::Status status = row({.number = one.number, .hidden = one.hidden, .cells = one.cells, .filled = filled});
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }
  std::vector<size_t> HiddenColumns(size_t) const override { return {}; }
  absl::StatusOr<std::vector<Remark>> Remarks() override { return remarks_; }

 private:
  std::vector<TableFacts> facts_;
  std::vector<std::vector<FakeRow>> rows_;
  std::vector<Remark> remarks_;
};

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_CLIENT_SEAL_FAKE_SOURCE_H_
