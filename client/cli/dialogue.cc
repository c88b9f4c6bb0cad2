#include "client/cli/dialogue.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/number.h"
#include "client/words.h"

namespace exposure::cli {
namespace {

constexpr size_t kMostQuestions = 16;

struct Words {
  const char* never_asks;  // $0: the force
  const char* number;      // $0: what the number is called, $1: where to find it
  const char* type;
  const char* again;
  const char* another;
  const char* show;
  const char* yes;
  const char* nothing;
  const char* no_answer;
  const char* call;  // $0: who, $1: telephone
};

constexpr Words kEnglish = {
    .never_asks = "$0 and the Federation will never ring you and ask for your number.\n",
    .number = "\n$0: $1\n",
    .type = "Type it (not shown):  ",
    .again = "Type it again:        ",
    .another = "Have you ever had another number at this force? Type it, or Enter for none:  ",
    .show = "Show the answer now? Somebody may be looking over your shoulder. [y/N] ",
    .yes = "yY",
    .nothing = "Nothing was asked and nothing was sent.\n",
    .no_answer =
        "NO ANSWER\n"
        "  We could not be sure that the reply was genuine, so we show none. This says nothing about you.\n"
        "  Try later.\n",
    .call = "  Or call: $0, $1\n",
};

constexpr Words kWelsh = {
    .never_asks = "Ni fydd $0 na'r Ffederasiwn byth yn eich ffonio i ofyn am eich rhif.\n",
    .number = "\n$0: $1\n",
    .type = "Teipiwch ef (ni chaiff ei ddangos):  ",
    .again = "Teipiwch ef eto:                     ",
    .another = "A fu gennych rif arall yn yr heddlu hwn erioed? Teipiwch ef, neu Enter os naddo:  ",
    .show = "Dangos yr ateb nawr? Gall fod rhywun yn edrych dros eich ysgwydd. [i/N] ",
    .yes = "iIyY",
    .nothing = "Ni ofynnwyd dim, ac ni anfonwyd dim.\n",
    .no_answer =
        "DIM ATEB\n"
        "  Ni allem fod yn siŵr bod yr ymateb yn ddilys, felly nid ydym yn dangos un. Nid yw hyn yn dweud dim "
        "amdanoch chi.\n"
        "  Rhowch gynnig arall arni yn nes ymlaen.\n",
    .call = "  Neu ffoniwch: $0, $1\n",
};

const Words& WordsOf(Language language) { return language == Language::kWelsh ? kWelsh : kEnglish; }

// The number that a line means, and that it fits its scheme.
absl::StatusOr<Number> ReadNumber(const CheckedContent& content, const crypto::Secret& line, const DefaultKind& kind,
                                  std::optional<CanonicalNumber>& canonical) {
  ASSIGN_OR_RETURN(Number number, ParseNumberLine(AsChars(line.Reveal()), kind));
  RETURN_IF_ERROR(CheckKind(content, number.force, number.scheme));
  const v1::Scheme* scheme = content.FindScheme(number.force, number.scheme);
  ASSIGN_OR_RETURN(canonical, Canonicalise(scheme->rule(), AsChars(number.number.Reveal())));
  return number;
}

// Nothing for an empty line, which `question` may allow. Typed twice: a typo would give a verified no.
absl::StatusOr<std::optional<Number>> AskTwice(Terminal& terminal, const CheckedContent& content,
                                               const DefaultKind& kind, const Words& words, const char* question) {
  ASSIGN_OR_RETURN(const crypto::Secret line, terminal.AskHidden(question));
  if (line.size() == 0) return std::optional<Number>();
  std::optional<CanonicalNumber> first;
  ASSIGN_OR_RETURN(Number number, ReadNumber(content, line, kind, first));
  ASSIGN_OR_RETURN(const crypto::Secret again, terminal.AskHidden(words.again));
  std::optional<CanonicalNumber> second;
  const absl::StatusOr<Number> repeated = ReadNumber(content, again, kind, second);
  if (!repeated.ok() || !(*first == *second) || repeated->force != number.force || repeated->scheme != number.scheme) {
    return Error(Reason::kNumbersDiffer, "The two numbers that you typed differ.");
  }
  return std::optional<Number>(std::move(number));
}

}  // namespace

std::string UrgentLines(const CheckedContent& content, std::string_view force, Language language) {
  std::vector<std::string> own;
  std::vector<std::string> all;
  for (const v1::Notice& notice : content.message().incidents()) {
    const std::string& line = TextIn(notice.urgent(), language);
    if (std::find(all.begin(), all.end(), line) == all.end()) all.push_back(line);
    if (notice.force() == force && std::find(own.begin(), own.end(), line) == own.end()) own.push_back(line);
  }
  std::string text;
  for (const std::string& line : own.empty() ? all : own) absl::StrAppend(&text, line, "\n");
  return text;
}

std::string NoAnswerText(const CheckedContent* content, std::span<const Number> numbers, Language language) {
  const Words& words = WordsOf(language);
  std::string text = words.no_answer;
  if (content == nullptr) return text;
  for (const v1::Notice& notice : content->message().incidents()) {
    const bool asked = std::any_of(numbers.begin(), numbers.end(),
                                   [&notice](const Number& number) { return number.force == notice.force(); });
    if (!asked) continue;
    const auto first = std::find_if(notice.contacts().begin(), notice.contacts().end(),
                                    [](const v1::Contact& contact) { return !contact.telephone().empty(); });
    if (first == notice.contacts().end()) continue;
    absl::StrAppend(&text, absl::Substitute(words.call, TextIn(first->who(), language), first->telephone()));
  }
  return text;
}

absl::StatusOr<std::vector<Number>> AskNumbers(Terminal& terminal, const CheckedContent& content,
                                               const DefaultKind& kind, Language language) {
  const Words& words = WordsOf(language);
  const v1::Scheme& scheme = *content.FindScheme(kind.force, kind.scheme);
  terminal.Print(UrgentLines(content, kind.force, language));
  terminal.Print(absl::Substitute(words.never_asks, TextIn(scheme.force_name(), language)));
  terminal.Print(absl::Substitute(words.number, TextIn(scheme.label(), language), TextIn(scheme.help(), language)));

  std::vector<Number> numbers;
  ASSIGN_OR_RETURN(std::optional<Number> number, AskTwice(terminal, content, kind, words, words.type));
  if (!number) return Error(Reason::kBadNumber, "No number was typed.");
  while (number && numbers.size() < kMostQuestions) {
    numbers.push_back(*std::move(number));
    ASSIGN_OR_RETURN(number, AskTwice(terminal, content, kind, words, words.another));
  }
  ASSIGN_OR_RETURN(const bool show, terminal.AskYesNo(words.show, words.yes));
  terminal.Print(show ? "\n" : words.nothing);
  if (!show) numbers.clear();
  return numbers;
}

}  // namespace exposure::cli
