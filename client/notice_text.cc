#include "client/notice_text.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/words.h"

namespace exposure {
namespace {

std::string ContactLine(const v1::Contact& contact, Language language) {
  std::string line =
      absl::StrCat(std::string(AudienceName(contact.audience(), language)), ": ", TextIn(contact.who(), language));
  for (const std::string& part : {contact.telephone(), contact.address(), TextIn(contact.hours(), language)}) {
    if (!part.empty()) absl::StrAppend(&line, ", ", part);
  }
  if (!contact.last_verified().empty()) {
    absl::StrAppend(&line, std::string(Say(language, " (checked ", " (gwiriwyd ")),
                    FormatDate(contact.last_verified(), language), ")");
  }
  return line;
}

void AddCategories(const v1::Notice& notice, Language language, Page& page) {
  std::string_view label = Say(language, "Details concerned", "Manylion dan sylw");
  for (const v1::CategoryStatement& statement : notice.categories()) {
    std::string line = absl::StrCat(CategoryName(statement.category(), language), ": ",
                                    std::string(StateName(statement.state(), language)), ".");
    const std::string& advice = TextIn(statement.advice(), language);
    if (!advice.empty()) absl::StrAppend(&line, " ", advice);
    page.Entry(label, line);
    label = "";
  }
}

std::string DatesLine(const v1::Notice& notice, Language language) {
  std::string line;
  const auto add = [&](std::string_view what, const std::string& date) {
    if (date.empty()) return;
    absl::StrAppend(&line, line.empty() ? "" : "; ", std::string(what), " ", FormatDate(date, language));
  };
  add(Say(language, "happened", "digwyddodd"), notice.occurred());
  add(Say(language, "found", "canfuwyd"), notice.found());
  add(Say(language, "made public", "cyhoeddwyd"), notice.disclosed());
  return line;
}

std::string CheckLine(const v1::Notice& notice, Language language) {
  if (notice.checkability() != v1::CHECKABILITY_BY_NUMBER) return TextIn(notice.why_not_by_number(), language);
  std::vector<std::string> schemes;  // without those whose list was removed
  for (const std::string& scheme : notice.schemes()) {
    if (!ListWasRemoved(notice, scheme)) schemes.push_back(scheme);
  }
  if (schemes.empty()) return RemovedListsLine(notice, language);
  return absl::StrCat(std::string(Say(language, "You can check by number: ", "Gallwch wirio yn ôl rhif: ")),
                      absl::StrJoin(schemes, ", "), ". ", RemovedListsLine(notice, language));
}

void AddSources(const v1::Notice& notice, Language language, Page& page) {
  std::string_view label = Say(language, "Sources", "Ffynonellau");
  for (const v1::Source& source : notice.sources()) {
    std::string line = source.title();
    if (!source.date().empty()) absl::StrAppend(&line, ", ", FormatDate(source.date(), language));
    const std::string_view confidence = ConfidenceName(source.confidence(), language);
    if (!confidence.empty()) absl::StrAppend(&line, " (", std::string(confidence), ")");
    if (!source.url().empty()) absl::StrAppend(&line, " ", source.url());
    page.Entry(label, line);
    label = "";
  }
}

}  // namespace

void AddContacts(const v1::Notice& notice, Language language, Page& page) {
  std::string_view label = Say(language, "Who can help", "Pwy all helpu");
  for (const v1::Contact& contact : notice.contacts()) {
    page.Entry(label, ContactLine(contact, language));
    label = "";
  }
}

void AddSteps(const v1::Notice& notice, Language language, Page& page) {
  std::string_view label = Say(language, "What to do now", "Beth i'w wneud nawr");
  for (const v1::Text& step : notice.what_to_do_now()) {
    page.Entry(label, TextIn(step, language));
    label = "";
  }
}

void AddStatus(const v1::Notice& notice, Language language, Page& page) {
  page.Entry(
      Say(language, "Status", "Statws"),
      absl::StrCat(std::string(StatusName(notice.status(), language)), " ", TextIn(notice.status_text(), language),
                   std::string(Say(language, " (As at ", " (Fel yr oedd ar ")), FormatDate(notice.as_at(), language),
                   ".)"));
}

bool ListWasRemoved(const v1::Notice& notice, std::string_view scheme) {
  return std::any_of(notice.removed_lists().begin(), notice.removed_lists().end(),
                     [&](const v1::RemovedList& list) { return list.scheme() == scheme; });
}

std::string RemovedListsLine(const v1::Notice& notice, Language language) {
  std::string line;
  for (const v1::RemovedList& list : notice.removed_lists()) {
    const std::string date = FormatDate(list.on(), language);
    absl::StrAppend(
        &line, line.empty() ? "" : " ",
        language == Language::kWelsh
            ? absl::StrCat("Ni ellir gwirio yn ôl ", list.scheme(), " mwyach: dilëwyd y rhestr ar ", date, ".")
            : absl::StrCat("It can no longer be checked by ", list.scheme(), ": the list was removed on ", date, "."));
  }
  return line;
}

std::string WholeWorkforceLine(const v1::Notice& notice, Language language) {
  if (!notice.whole_workforce()) return "";
  const std::string date = FormatDate(notice.whole_workforce_on(), language);
  return language == Language::kWelsh
             ? absl::StrCat("Os oeddech yn gweithio yno ar ", date, ", gweithredwch fel petaech wedi'ch cynnwys.")
             : absl::StrCat("If you worked there on ", date, ", act as if you are included.");
}

std::string ToText(const v1::Notice& notice, const PrintOptions& options) {
  const Language language = options.language;
  Page page(options.colour);
  page.Line(0, TextIn(notice.urgent(), language), Page::Style::kStrong);
  page.Gap();
  page.Line(0, TextIn(notice.title(), language), Page::Style::kStrong);
  page.Entry(Say(language, "What happened", "Beth ddigwyddodd"), TextIn(notice.what_happened(), language));
  page.Entry(Say(language, "When", "Pryd"), DatesLine(notice, language));
  page.Entry(Say(language, "Who answers for it", "Pwy sy'n gyfrifol"), TextIn(notice.responsible_body(), language));
  AddStatus(notice, language, page);
  if (notice.people() > 0) page.Entry(Say(language, "People", "Pobl"), FormatCount(notice.people()));
  AddCategories(notice, language, page);
  page.Entry(Say(language, "What could happen", "Beth allai ddigwydd"), TextIn(notice.likely_consequences(), language));
  page.Entry(Say(language, "What was done", "Beth a wnaed"), TextIn(notice.measures(), language));
  AddSteps(notice, language, page);
  page.Entry(Say(language, "Are you in it?", "A ydych chi ynddo?"), CheckLine(notice, language));
  page.Entry("", WholeWorkforceLine(notice, language));
  AddContacts(notice, language, page);
  page.Entry(Say(language, "If something is wrong", "Os oes rhywbeth o'i le"),
             TextIn(notice.how_to_dispute(), language));
  page.Entry(Say(language, "Last confirmed", "Cadarnhawyd ddiwethaf"), FormatDate(notice.last_confirmed(), language));
  if (options.verbose) {
    AddSources(notice, language, page);
    page.Entry(Say(language, "Notice", "Hysbysiad"),
               absl::StrCat(notice.incident_id(), ", version ", notice.version()));
  }
  return page.Take();
}

}  // namespace exposure
