// The words that answers and notices are shown with, in English and Welsh. JSON has words of its own, which never
// change.
#ifndef EXPOSURE_CLIENT_WORDS_H_
#define EXPOSURE_CLIENT_WORDS_H_

#include <string>
#include <string_view>

#include "client/answer.h"
#include "exposure/v1/category.pb.h"
#include "exposure/v1/notice.pb.h"

namespace exposure {

// The text in a language; English where there is none.
const std::string& TextIn(const v1::Text& text, Language language);

// The English or the Welsh one.
std::string_view Say(Language language, std::string_view english, std::string_view welsh);

std::string_view HeadingOf(VerdictKind kind, Language language);     // "NOT IN THIS DATASET"
std::string CategoryName(v1::Category category, Language language);  // "vetting level"
std::string_view StatusName(v1::IncidentStatus status, Language language);
std::string_view AudienceName(v1::Audience audience, Language language);  // "officers"
std::string_view StateName(v1::CategoryState state, Language language);
std::string_view ConfidenceName(v1::Confidence confidence, Language language);

// "2 Sep 2023" from "2023-09-02", "Oct 2024" from "2024-10"; anything else as it is.
std::string FormatDate(std::string_view date, Language language);

// "21 Nov 2025 at 10:04 UTC".
std::string FormatTime(uint64_t unix_seconds, Language language);

// "46,871".
std::string FormatCount(uint64_t count);

// "vetting_level": fixed for ever, for JSON.
std::string CategoryKey(v1::Category category);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_WORDS_H_
