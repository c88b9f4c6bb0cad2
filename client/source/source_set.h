// Several files as one: the tables of all of them, under names of which no two are the same.
#ifndef EXPOSURE_CLIENT_SOURCE_SOURCE_SET_H_
#define EXPOSURE_CLIENT_SOURCE_SOURCE_SET_H_

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "client/source/source_file.h"

namespace exposure {

struct SetMember {
  std::string name;    // "2023.zip/a/people.csv"; no two are the same
  std::string before;  // stands in front of its tables and parts: "people.csv: "
  std::unique_ptr<SourceFile> file;
};

class SourceSet : public SourceFile {
 public:
  // Tables and remarks come in the order of `members`. With `names_files`, their file stands in front of each.
  SourceSet(std::vector<SetMember> members, bool names_files, std::vector<Remark> remarks);

  const std::vector<TableFacts>& tables() const override { return facts_; }
  absl::Status Read(size_t table, TableRowSink row) override;
  std::vector<size_t> HiddenColumns(size_t table) const override;
  absl::StatusOr<std::vector<Remark>> Remarks() override;

 private:
  struct Place {
    SourceFile* file;
    size_t table;  // of that file
  };

  void Add(const SetMember& member, const std::string& label);
  std::string FreeName(const std::string& wanted, const std::string& part);

  std::vector<SetMember> members_;
  std::vector<Place> places_;  // of each table
  std::set<std::string> names_;
  std::vector<TableFacts> facts_;
  const std::vector<Remark> remarks_;  // of none of them
};

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_SOURCE_SOURCE_SET_H_
