#include "proto/rules/notice_rules.h"

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "crypto/record.h"

namespace exposure {
namespace {

constexpr size_t kMaxText = 4000;  // bytes of one text in one language
constexpr size_t kMaxWord = 200;   // bytes of a number, an address, a title of a source
constexpr int kMaxEntries = 64;    // of each list
constexpr size_t kMaxNotice = 256 << 10;

bool IsName(std::string_view name, size_t longest) {
  if (name.empty() || name.size() > longest) return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  }
  return true;
}

bool IsDigits(std::string_view s) {
  for (const char c : s) {
    if (c < '0' || c > '9') return false;
  }
  return !s.empty();
}

// Collects what is wrong, field by field.
class Problems {
 public:
  void Add(std::string_view field, std::string_view what) {
    list_.push_back(FieldError(Reason::kBadNotice, "notice." + std::string(field), what));
  }
  void Require(bool holds, std::string_view field, std::string_view what) {
    if (!holds) Add(field, what);
  }
  void TextOf(const v1::Text& text, std::string_view field, bool required) {
    if (required) Require(!text.en().empty(), std::string(field) + ".en", "is empty. Every notice has it.");
    Require(text.en().size() <= kMaxText, std::string(field) + ".en", "is longer than 4,000 bytes.");
    Require(text.cy().size() <= kMaxText, std::string(field) + ".cy", "is longer than 4,000 bytes.");
    Require(text.cy().empty() || !text.en().empty(), std::string(field) + ".en", "is empty, but there is Welsh.");
  }
  void Date(std::string_view date, std::string_view field) {
    Require(date.empty() || IsDate(date), field, "is not a date like 2023-08-26 or 2023-08.");
  }
  void Word(std::string_view word, std::string_view field) {
    Require(word.size() <= kMaxWord, field, "is longer than 200 bytes.");
  }
  template <typename Enum>
  void Given(Enum value, bool (*valid)(int), std::string_view field) {
    Require(value != 0 && valid(static_cast<int>(value)), field, "is not one of its values.");
  }
  std::vector<absl::Status> Take() { return std::move(list_); }

 private:
  std::vector<absl::Status> list_;
};

void CheckCategories(const v1::Notice& notice, Problems& problems) {
  std::set<int> seen;
  for (int i = 0; i < notice.categories_size(); ++i) {
    const v1::CategoryStatement& statement = notice.categories(i);
    const std::string field = absl::StrCat("categories[", i, "]");
    problems.Require(statement.category() > 0 && statement.category() <= crypto::kCategoryCount, field + ".category",
                     "is not a category.");
    problems.Given(statement.state(), v1::CategoryState_IsValid, field + ".state");
    problems.Require(seen.insert(statement.category()).second, field + ".category", "is there twice.");
    problems.TextOf(statement.advice(), field + ".advice", false);
  }
}

void CheckPeople(const v1::Notice& notice, Problems& problems) {
  for (int i = 0; i < notice.contacts_size(); ++i) {
    const v1::Contact& contact = notice.contacts(i);
    const std::string field = absl::StrCat("contacts[", i, "]");
    problems.TextOf(contact.who(), field + ".who", true);
    problems.TextOf(contact.hours(), field + ".hours", false);
    problems.Word(contact.telephone(), field + ".telephone");
    problems.Word(contact.address(), field + ".address");
    problems.Require(!contact.telephone().empty() || !contact.address().empty(), field + ".telephone",
                     "is empty, and so is the address: nobody could reach this contact.");
    problems.Require(IsDate(contact.last_verified()), field + ".last_verified", "is not a date like 2026-11-14.");
  }
  for (int i = 0; i < notice.sources_size(); ++i) {
    const v1::Source& source = notice.sources(i);
    const std::string field = absl::StrCat("sources[", i, "]");
    problems.Require(!source.title().empty(), field + ".title", "is empty.");
    problems.Word(source.title(), field + ".title");
    problems.Require(source.url().size() <= 2000, field + ".url", "is longer than 2,000 bytes.");
    problems.Date(source.date(), field + ".date");
  }
}

// Whether and how it can be checked by number.
void CheckCheckability(const v1::Notice& notice, Problems& problems) {
  problems.Given(notice.checkability(), v1::Checkability_IsValid, "checkability");
  const bool by_number = notice.checkability() == v1::CHECKABILITY_BY_NUMBER;
  problems.Require(!by_number || notice.schemes_size() > 0, "schemes", "is empty, but it can be checked by number.");
  problems.Require(by_number || notice.schemes_size() == 0, "schemes", "is given, but it cannot be checked by number.");
  problems.TextOf(notice.why_not_by_number(), "why_not_by_number", !by_number);
  std::set<std::string> seen;
  for (int i = 0; i < notice.schemes_size(); ++i) {
    const std::string& scheme = notice.schemes(i);
    const std::string field = absl::StrCat("schemes[", i, "]");
    const std::string force = notice.force() + "/";
    problems.Require(scheme.starts_with(force) && IsToken(std::string_view(scheme).substr(force.size())), field,
                     "is not a scheme of the notice's own force, like \"met/pay\".");
    problems.Require(seen.insert(scheme).second, field, "is there twice.");
  }
}

void CheckTexts(const v1::Notice& notice, Problems& problems) {
  problems.TextOf(notice.title(), "title", true);
  problems.TextOf(notice.status_text(), "status_text", true);
  problems.TextOf(notice.what_happened(), "what_happened", true);
  problems.TextOf(notice.responsible_body(), "responsible_body", true);
  problems.TextOf(notice.likely_consequences(), "likely_consequences", true);
  problems.TextOf(notice.measures(), "measures", true);
  problems.TextOf(notice.urgent(), "urgent", true);
  problems.TextOf(notice.how_to_dispute(), "how_to_dispute", true);
  problems.Require(notice.what_to_do_now_size() > 0, "what_to_do_now", "is empty. Every notice says what to do now.");
  for (int i = 0; i < notice.what_to_do_now_size(); ++i) {
    problems.TextOf(notice.what_to_do_now(i), absl::StrCat("what_to_do_now[", i, "]"), true);
  }
}

void CheckDates(const v1::Notice& notice, Problems& problems) {
  problems.Date(notice.occurred(), "occurred");
  problems.Date(notice.found(), "found");
  problems.Date(notice.disclosed(), "disclosed");
  problems.Require(IsDate(notice.as_at()), "as_at", "is not a date like 2023-09-02. Every notice has it.");
  problems.Date(notice.last_confirmed(), "last_confirmed");
  problems.Require(notice.whole_workforce() ? IsDate(notice.whole_workforce_on()) : notice.whole_workforce_on().empty(),
                   "whole_workforce_on", "is a date with whole_workforce, and empty without.");
}

}  // namespace

bool IsDate(std::string_view s) {
  if (s.size() != 7 && s.size() != 10) return false;
  if (!IsDigits(s.substr(0, 4)) || s[4] != '-' || !IsDigits(s.substr(5, 2))) return false;
  if (s.substr(5, 2) < "01" || s.substr(5, 2) > "12") return false;
  if (s.size() == 7) return true;
  return s[7] == '-' && IsDigits(s.substr(8, 2)) && s.substr(8, 2) >= "01" && s.substr(8, 2) <= "31";
}

bool IsToken(std::string_view name) { return IsName(name, 32); }

bool IsIncidentId(std::string_view id) { return IsName(id, 64); }

std::vector<absl::Status> NoticeProblems(const v1::Notice& notice) {
  Problems problems;
  problems.Require(IsIncidentId(notice.incident_id()), "incident_id", "is not 1 to 64 of a-z, 0-9 and -.");
  problems.Require(IsToken(notice.force()), "force", "is not 1 to 32 of a-z, 0-9 and -.");
  problems.Require(notice.ByteSizeLong() <= kMaxNotice, "notice", "is larger than 256 KiB.");
  problems.Require(notice.categories_size() <= kMaxEntries && notice.contacts_size() <= kMaxEntries &&
                       notice.sources_size() <= kMaxEntries && notice.schemes_size() <= kMaxEntries &&
                       notice.what_to_do_now_size() <= kMaxEntries,
                   "notice", "has a list of more than 64 entries.");
  problems.Given(notice.kind(), v1::IncidentKind_IsValid, "kind");
  problems.Given(notice.status(), v1::IncidentStatus_IsValid, "status");
  CheckTexts(notice, problems);
  CheckDates(notice, problems);
  CheckCategories(notice, problems);
  CheckPeople(notice, problems);
  CheckCheckability(notice, problems);
  return problems.Take();
}

absl::Status CheckNotice(const v1::Notice& notice) {
  const std::vector<absl::Status> problems = NoticeProblems(notice);
  return problems.empty() ? absl::OkStatus() : problems.front();
}

}  // namespace exposure
