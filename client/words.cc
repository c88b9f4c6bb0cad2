#include "client/words.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace exposure {
namespace {

// Indexed by category − 1, in the order of exposure/v1/category.proto.
struct Pair {
  std::string_view english;
  std::string_view welsh;
};
constexpr std::array<Pair, 26> kCategories = {{{"name", "enw"},
                                               {"initials", "llythrennau cyntaf"},
                                               {"rank or grade", "rheng neu radd"},
                                               {"role", "rôl"},
                                               {"unit", "uned"},
                                               {"place of work", "man gwaith"},
                                               {"photo", "llun"},
                                               {"details inside photo files", "manylion mewn ffeiliau lluniau"},
                                               {"vetting level", "lefel fetio"},
                                               {"pay number", "rhif cyflog"},
                                               {"warrant number", "rhif gwarant"},
                                               {"shoulder or collar number", "rhif ysgwydd neu goler"},
                                               {"service number", "rhif gwasanaeth"},
                                               {"gender", "rhywedd"},
                                               {"type of contract", "math o gontract"},
                                               {"pay", "cyflog"},
                                               {"National Insurance number", "rhif Yswiriant Gwladol"},
                                               {"date of birth", "dyddiad geni"},
                                               {"work e-mail address", "cyfeiriad e-bost gwaith"},
                                               {"private e-mail address", "cyfeiriad e-bost preifat"},
                                               {"telephone number", "rhif ffôn"},
                                               {"home address", "cyfeiriad cartref"},
                                               {"bank details", "manylion banc"},
                                               {"health information", "gwybodaeth iechyd"},
                                               {"text of a case", "testun achos"},
                                               {"footage", "ffilm"}}};

constexpr std::array<Pair, 12> kMonths = {{{"Jan", "Ion"},
                                           {"Feb", "Chwe"},
                                           {"Mar", "Maw"},
                                           {"Apr", "Ebr"},
                                           {"May", "Mai"},
                                           {"Jun", "Meh"},
                                           {"Jul", "Gor"},
                                           {"Aug", "Awst"},
                                           {"Sep", "Medi"},
                                           {"Oct", "Hyd"},
                                           {"Nov", "Tach"},
                                           {"Dec", "Rhag"}}};

std::string_view SayPair(const Pair& pair, Language language) { return Say(language, pair.english, pair.welsh); }

}  // namespace

std::string_view Say(Language language, std::string_view english, std::string_view welsh) {
  return language == Language::kWelsh ? welsh : english;
}

const std::string& TextIn(const v1::Text& text, Language language) {
  return language == Language::kWelsh && !text.cy().empty() ? text.cy() : text.en();
}

std::string_view HeadingOf(VerdictKind kind, Language language) {
  switch (kind) {
    case VerdictKind::kExposed:
      return Say(language, "EXPOSED", "WEDI'I DATGELU");
    case VerdictKind::kNotInThisDataset:
      return Say(language, "NOT IN THIS DATASET", "DDIM YN Y SET DDATA HON");
    case VerdictKind::kNeedsAnotherNumber:
      return Say(language, "NEEDS ANOTHER KIND OF NUMBER", "ANGEN MATH ARALL O RIF");
    case VerdictKind::kCannotBeChecked:
      return Say(language, "CANNOT BE CHECKED BY NUMBER", "NI ELLIR EI WIRIO YN ÔL RHIF");
    case VerdictKind::kCannotBeCheckedYet:
      return Say(language, "CANNOT BE CHECKED YET", "NI ELLIR EI WIRIO ETO");
    case VerdictKind::kNoAnswer:
      break;
  }
  return Say(language, "NO ANSWER", "DIM ATEB");
}

std::string CategoryName(v1::Category category, Language language) {
  const int index = static_cast<int>(category) - 1;
  if (index >= 0 && index < static_cast<int>(kCategories.size())) {
    return std::string(SayPair(kCategories[static_cast<size_t>(index)], language));
  }
  // A category that is newer than this program.
  return absl::StrCat(std::string(Say(language, "another detail, no. ", "manylyn arall, rhif ")), index);
}

std::string CategoryKey(v1::Category category) {
  constexpr std::string_view kPrefix = "CATEGORY_";
  const std::string& name = v1::Category_Name(category);
  if (name.size() > kPrefix.size()) return absl::AsciiStrToLower(name.substr(kPrefix.size()));
  return absl::StrCat("category_", static_cast<int>(category) - 1);
}

std::string_view StatusName(v1::IncidentStatus status, Language language) {
  switch (status) {
    case v1::INCIDENT_STATUS_SUSPECTED:
      return Say(language, "Suspected.", "Amheuir.");
    case v1::INCIDENT_STATUS_CONFIRMED:
      return Say(language, "Confirmed.", "Wedi'i gadarnhau.");
    case v1::INCIDENT_STATUS_CONTAINED:
      return Say(language, "Contained.", "Dan reolaeth.");
    case v1::INCIDENT_STATUS_PUBLISHED_BY_THIRD_PARTIES:
      return Say(language, "Published by third parties.", "Cyhoeddwyd gan drydydd partïon.");
    case v1::INCIDENT_STATUS_CLOSED:
      return Say(language, "Closed by the responsible body.", "Caewyd gan y corff cyfrifol.");
    case v1::INCIDENT_STATUS_SUPERSEDED:
      return Say(language, "Replaced by another notice.", "Disodlwyd gan hysbysiad arall.");
    default:
      return "";
  }
}

std::string_view AudienceName(v1::Audience audience, Language language) {
  switch (audience) {
    case v1::AUDIENCE_OFFICER:
      return Say(language, "officers", "swyddogion");
    case v1::AUDIENCE_STAFF:
      return Say(language, "staff", "staff");
    case v1::AUDIENCE_SUPERINTENDENT:
      return Say(language, "superintendents", "uwch-arolygwyr");
    case v1::AUDIENCE_LEAVER:
      return Say(language, "people who left", "pobl sydd wedi gadael");
    case v1::AUDIENCE_PUBLIC:
      return Say(language, "the public", "y cyhoedd");
    default:
      return Say(language, "everybody", "pawb");
  }
}

std::string_view StateName(v1::CategoryState state, Language language) {
  switch (state) {
    case v1::CATEGORY_STATE_EXPOSED:
      return Say(language, "exposed", "wedi'i ddatgelu");
    case v1::CATEGORY_STATE_POSSIBLY_EXPOSED:
      return Say(language, "possibly exposed", "wedi'i ddatgelu o bosibl");
    case v1::CATEGORY_STATE_NOT_HELD:
      return Say(language, "not held there", "heb ei ddal yno");
    default:
      return Say(language, "not known", "ddim yn hysbys");
  }
}

std::string_view ConfidenceName(v1::Confidence confidence, Language language) {
  switch (confidence) {
    case v1::CONFIDENCE_CONFIRMED:
      return Say(language, "confirmed", "wedi'i gadarnhau");
    case v1::CONFIDENCE_REPORTED:
      return Say(language, "reported by others", "adroddwyd gan eraill");
    case v1::CONFIDENCE_DISPUTED:
      return Say(language, "disputed", "dadleuol");
    default:
      return "";
  }
}

std::string FormatDate(std::string_view date, Language language) {
  const auto digits = [&](size_t from, size_t count) {
    int value = 0;
    for (const char c : date.substr(from, count)) value = c >= '0' && c <= '9' ? value * 10 + (c - '0') : -100000;
    return value;
  };
  if ((date.size() != 7 && date.size() != 10) || date[4] != '-') return std::string(date);
  const int month = digits(5, 2);
  if (digits(0, 4) < 0 || month < 1 || month > 12) return std::string(date);
  const std::string name(SayPair(kMonths[static_cast<size_t>(month - 1)], language));
  const std::string year(date.substr(0, 4));
  if (date.size() == 7) return absl::StrCat(name, " ", year);
  if (date[7] != '-' || digits(8, 2) < 1) return std::string(date);
  return absl::StrCat(digits(8, 2), " ", name, " ", year);
}

std::string FormatTime(uint64_t unix_seconds, Language language) {
  const absl::Time time = absl::FromUnixSeconds(static_cast<int64_t>(std::min<uint64_t>(unix_seconds, INT64_MAX)));
  const auto format = [&](absl::string_view what) { return absl::FormatTime(what, time, absl::UTCTimeZone()); };
  return absl::StrCat(FormatDate(format("%Y-%m-%d"), language), std::string(Say(language, " at ", " am ")),
                      format("%H:%M UTC"));
}

std::string FormatCount(uint64_t count) {
  std::string digits = absl::StrCat(count);
  for (size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
  return digits;
}

}  // namespace exposure
