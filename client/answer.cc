#include "client/answer.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "client/core/catalogue_keeper.h"
#include "client/layout.h"
#include "client/notice_text.h"
#include "client/words.h"

namespace exposure {
namespace {

// The order in which people read them.
constexpr std::array<VerdictKind, 6> kOrder = {VerdictKind::kExposed,
                                               VerdictKind::kNoAnswer,
                                               VerdictKind::kNotInThisDataset,
                                               VerdictKind::kNeedsAnotherNumber,
                                               VerdictKind::kCannotBeCheckedYet,
                                               VerdictKind::kCannotBeChecked};

std::string Listed(const Verdict& verdict, crypto::State state, Language language) {
  std::vector<std::string> names;
  for (int c = 0; c < crypto::kCategoryCount; ++c) {
    const auto category = static_cast<v1::Category>(c + 1);
    if (verdict.categories.Get(c) != state) continue;
    // Of the 64 only those that somebody spoke of can be missed.
    const bool spoken_of =
        std::find(verdict.spoken_of.begin(), verdict.spoken_of.end(), category) != verdict.spoken_of.end();
    if (state == crypto::State::kUnknown && !spoken_of) continue;
    names.push_back(CategoryName(category, language));
  }
  return absl::StrJoin(names, ", ");
}

// What the notice advises for the details that are exposed.
void AddAdvice(const Verdict& verdict, Language language, Page& page) {
  for (const v1::CategoryStatement& statement : verdict.notice->categories()) {
    const int c = static_cast<int>(statement.category()) - 1;
    const std::string& advice = TextIn(statement.advice(), language);
    if (advice.empty() || c < 0 || c >= crypto::kCategoryCount) continue;
    const crypto::State state = verdict.categories.Get(c);
    if (state != crypto::State::kExposed && state != crypto::State::kPossiblyExposed) continue;
    page.Entry("", absl::StrCat(CategoryName(statement.category(), language), ": ", advice));
  }
}

void AddExposed(const Verdict& verdict, Language language, Page& page) {
  page.Entry(Say(language, "In the data about you", "Yn y data amdanoch"),
             Listed(verdict, crypto::State::kExposed, language));
  page.Entry(Say(language, "Possibly in it", "O bosibl ynddo"),
             Listed(verdict, crypto::State::kPossiblyExposed, language));
  page.Entry(Say(language, "We do not know", "Nid ydym yn gwybod"), Listed(verdict, crypto::State::kUnknown, language));
  page.Entry(Say(language, "Not held there", "Heb ei ddal yno"), Listed(verdict, crypto::State::kNotHeld, language));
  if (!verdict.problem.ok()) {
    page.Entry(Say(language, "Incomplete", "Anghyflawn"),
               Say(language, "There may be more: another list of this incident could not be checked.",
                   "Gall fod mwy: ni ellid gwirio rhestr arall o'r digwyddiad hwn."));
  }
  AddStatus(*verdict.notice, language, page);
  AddSteps(*verdict.notice, language, page);
  AddAdvice(verdict, language, page);
  AddContacts(*verdict.notice, language, page);
}

std::string NotInListLine(const Verdict& verdict, const Coverage& coverage, Language language) {
  const std::string body = TextIn(verdict.notice->responsible_body(), language);
  const std::string& date = coverage.as_at.empty() ? verdict.notice->as_at() : coverage.as_at;
  return language == Language::kWelsh ? absl::StrCat("Nid yw'r rhif a roddwyd yn rhestr ", body, " (", coverage.scheme,
                                                     ") fel yr oedd ar ", FormatDate(date, language), ".")
                                      : absl::StrCat("The number you typed is not in the list of ", body, " (",
                                                     coverage.scheme, ") as at ", FormatDate(date, language), ".");
}

std::string WhatItDoesNotMean(const Coverage& coverage, Language language) {
  std::string line(
      Say(language, "This does not mean that you are unaffected: ", "Nid yw hyn yn golygu nad effeithiwyd arnoch: "));
  if (coverage.rows_quarantined > 0) {
    absl::StrAppend(&line, FormatCount(coverage.rows_quarantined),
                    std::string(Say(language, coverage.rows_quarantined == 1 ? " row" : " rows", " rhes")),
                    std::string(Say(language, " could not be used, and ", " na ellid eu defnyddio, ac mae ")));
  }
  absl::StrAppend(&line,
                  std::string(Say(language, "a mistyped, earlier or different kind of number gives this same answer.",
                                  "rhif wedi'i gamdeipio, rhif cynharach neu fath arall o rif yn rhoi'r un ateb.")));
  return line;
}

std::string CoverageLine(const Coverage& coverage, Language language) {
  std::string line = absl::StrCat(
      std::string(Say(language, "rows read ", "rhesi a ddarllenwyd ")), FormatCount(coverage.rows_read),
      std::string(Say(language, "; numbers in it ", "; rhifau ynddi ")), FormatCount(coverage.rows_indexed),
      std::string(Say(language, "; the same person again ", "; yr un person eto ")), FormatCount(coverage.rows_merged),
      std::string(Say(language, "; could not be used ", "; na ellid eu defnyddio ")),
      FormatCount(coverage.rows_quarantined));
  if (coverage.people_declared > 0) {
    absl::StrAppend(&line, std::string(Say(language, "; people declared ", "; pobl a ddatganwyd ")),
                    FormatCount(coverage.people_declared));
  }
  return line;
}

void AddNotIn(const Verdict& verdict, Language language, Page& page) {
  for (const Coverage& coverage : verdict.coverage) {
    page.Line(2, NotInListLine(verdict, coverage, language));
    page.Line(2, WhatItDoesNotMean(coverage, language));
    page.Entry(Say(language, "What the list covers", "Beth sydd yn y rhestr"), CoverageLine(coverage, language));
  }
  page.Line(2, WholeWorkforceLine(*verdict.notice, language));
  if (!verdict.needs.empty()) {
    page.Entry(Say(language, "You can also ask with", "Gallwch hefyd ofyn gyda"), absl::StrJoin(verdict.needs, ", "));
  }
  AddContacts(*verdict.notice, language, page);
}

void AddNoAnswer(const Verdict& verdict, Language language, Page& page) {
  page.Line(2,
            Say(language,
                "We could not be sure that the reply was genuine or complete, so we show none. This says nothing about "
                "you. Try later, or ask somebody below.",
                "Ni allem fod yn sicr fod yr ateb yn ddilys neu'n gyflawn, felly nid ydym yn dangos un. Nid yw hyn yn "
                "dweud dim amdanoch. Rhowch gynnig arall arni'n hwyrach, neu gofynnwch i rywun isod."));
  const std::optional<Reason> reason = ReasonOf(verdict.problem);
  page.Entry(Say(language, "Why", "Pam"),
             absl::StrCat(verdict.problem.message(), reason ? " (" + std::string(ReasonWord(*reason)) + ")" : ""));
  AddSteps(*verdict.notice, language, page);
  AddContacts(*verdict.notice, language, page);
}

void AddVerdict(const Verdict& verdict, Language language, Page& page) {
  const v1::Notice& notice = *verdict.notice;
  page.Line(2, TextIn(notice.title(), language), Page::Style::kStrong);
  switch (verdict.kind) {
    case VerdictKind::kExposed:
      return AddExposed(verdict, language, page);
    case VerdictKind::kNotInThisDataset:
      return AddNotIn(verdict, language, page);
    case VerdictKind::kNeedsAnotherNumber:
      page.Line(2,
                absl::StrCat(std::string(Say(language, "If you ever served there, ask again with one of these: ",
                                             "Os buoch yn gwasanaethu yno erioed, gofynnwch eto gydag un o'r rhain: ")),
                             absl::StrJoin(verdict.needs, ", "), "."));
      return;
    case VerdictKind::kCannotBeChecked:
      page.Line(2, TextIn(notice.why_not_by_number(), language));
      page.Line(2, RemovedListsLine(notice, language));
      return;
    case VerdictKind::kCannotBeCheckedYet:
      page.Line(2, Say(language, "The list is being prepared. You need not wait: what to do now is below.",
                       "Mae'r rhestr yn cael ei pharatoi. Nid oes rhaid i chi aros: mae beth i'w wneud nawr isod."));
      page.Line(2, WholeWorkforceLine(notice, language));
      AddSteps(notice, language, page);
      AddContacts(notice, language, page);
      return;
    case VerdictKind::kNoAnswer:
      return AddNoAnswer(verdict, language, page);
  }
}

// Danger first: the urgent lines of the incidents that concern the numbers asked; of all, where none does.
void AddUrgent(const Answer& answer, Language language, Page& page) {
  std::vector<std::string> lines, others;
  for (const Verdict& verdict : answer.verdicts) {
    const bool concerns =
        verdict.kind != VerdictKind::kNeedsAnotherNumber && verdict.kind != VerdictKind::kCannotBeChecked;
    std::vector<std::string>& list = concerns ? lines : others;
    const std::string& line = TextIn(verdict.notice->urgent(), language);
    if (std::find(list.begin(), list.end(), line) == list.end()) list.push_back(line);
  }
  for (const std::string& line : lines.empty() ? others : lines) page.Line(0, line, Page::Style::kStrong);
}

void AddProof(const Answer& answer, const PrintOptions& options, Page& page) {
  const Language language = options.language;
  const AnswerProof& proof = answer.proof;
  std::string line = absl::StrCat(std::string(Say(language, "Checked against the list published on ",
                                                  "Gwiriwyd yn erbyn y rhestr a gyhoeddwyd ar ")),
                                  FormatTime(proof.catalogue_issued, language));
  absl::StrAppend(
      &line, answer.complete()
                 ? std::string(Say(language, "; the reply was proved genuine.", "; profwyd bod yr ateb yn ddilys."))
                 : std::string(Say(language, "; not all of it could be checked.", "; ni ellid gwirio'r cyfan.")));
  page.Line(0, line);
  page.Line(0, Say(language, "The service does not know your number or this answer.",
                   "Nid yw'r gwasanaeth yn gwybod eich rhif na'r ateb hwn."));
  if (!options.verbose) return;
  page.Entry("catalogue", absl::StrCat("version ", proof.catalogue_version, ", content ", proof.content_hash));
  page.Entry("asked", absl::StrCat(proof.numbers, " numbers, ", proof.fetches, " lookups, ",
                                   proof.whole_set ? "whole sets: nothing"
                                                   : absl::StrCat("at most ", proof.revealed_bits, " bits"),
                                   " revealed"));
}

}  // namespace

std::string_view VerdictWord(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kExposed:
      return "EXPOSED";
    case VerdictKind::kNotInThisDataset:
      return "NOT_IN_THIS_DATASET";
    case VerdictKind::kNeedsAnotherNumber:
      return "NEEDS_ANOTHER_NUMBER";
    case VerdictKind::kCannotBeChecked:
      return "CANNOT_BE_CHECKED";
    case VerdictKind::kCannotBeCheckedYet:
      return "CANNOT_BE_CHECKED_YET";
    case VerdictKind::kNoAnswer:
      break;
  }
  return "NO_ANSWER";
}

bool Answer::complete() const {
  return std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return v.problem.ok(); });
}

std::string ToText(const Answer& answer, const PrintOptions& options) {
  Page page(options.colour);
  AddUrgent(answer, options.language, page);
  for (const VerdictKind kind : kOrder) {
    bool headed = false;
    for (const Verdict& verdict : answer.verdicts) {
      if (verdict.kind != kind) continue;
      page.Gap();
      if (!headed) {
        page.Line(0, HeadingOf(kind, options.language),
                  kind == VerdictKind::kExposed ? Page::Style::kAlarm : Page::Style::kStrong);
      }
      headed = true;
      AddVerdict(verdict, options.language, page);
    }
  }
  page.Gap();
  AddProof(answer, options, page);
  return page.Take();
}

}  // namespace exposure
