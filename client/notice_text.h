// Parts of a notice as text, shared by the whole notice and by answers.
#ifndef EXPOSURE_CLIENT_NOTICE_TEXT_H_
#define EXPOSURE_CLIENT_NOTICE_TEXT_H_

#include <string>
#include <string_view>

#include "client/answer.h"
#include "client/layout.h"
#include "exposure/v1/notice.pb.h"

namespace exposure {

// "Who can help", a line for each contact: for whom, who, how, when, and when somebody last checked it.
void AddContacts(const v1::Notice& notice, Language language, Page& page);

// "What to do now", a line for each step.
void AddSteps(const v1::Notice& notice, Language language, Page& page);

// Where the incident stands, as at a date.
void AddStatus(const v1::Notice& notice, Language language, Page& page);

// Whether there was a list of the scheme ("met/pay"), and it was removed.
bool ListWasRemoved(const v1::Notice& notice, std::string_view scheme);
// Which lists were removed, and when; empty where none was.
std::string RemovedListsLine(const v1::Notice& notice, Language language);

// "If you worked there on 26 Aug 2023, act as if you are included."; empty where not the whole workforce is.
std::string WholeWorkforceLine(const v1::Notice& notice, Language language);

}  // namespace exposure

#endif  // EXPOSURE_CLIENT_NOTICE_TEXT_H_
