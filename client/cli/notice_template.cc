#include "client/cli/notice_template.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace exposure::cli {
namespace {

// $0: incident id.
constexpr char kTemplate[] = R"(# proto-file: exposure/v1/notice.proto
# proto-message: exposure.v1.Notice
#
# Fill in what is between the quotes; lines that begin with # are questions and stay unread.
# "en" is English, "cy" is Welsh; Welsh that is empty is shown in English.
# Facts come in phases: publish what is known now, and update. Dates are "2023-08-26" or "2023-08"; empty: not known.
# Then: exposure notice preview FILE && exposure notice publish FILE

incident_id: "$0"
# Which force answers for it? Its short name: "met".
force: ""
# Leave out for a new notice. For an update: the version that this text was made from.
# version: 1

# What is it called? Body, what, month: "Metropolitan Police: supplier breach, August 2023".
title { en: "" cy: "" }
# UNAUTHORISED_ACCESS, RANSOMWARE, PUBLICATION_IN_ERROR, THEFT, MISDELIVERY or LOSS?
kind: INCIDENT_KIND_UNSPECIFIED
# SUSPECTED, CONFIRMED, CONTAINED, PUBLISHED_BY_THIRD_PARTIES, CLOSED or SUPERSEDED?
status: INCIDENT_STATUS_UNSPECIFIED
# Whom was it reported to? Is publication known, as at which date? Never "no harm" or "not accessed".
status_text { en: "" cy: "" }
# What happened, in two or three plain sentences?
what_happened { en: "" cy: "" }
# When did it happen, when was it found, when did it become public?
occurred: ""
found: ""
disclosed: ""
# The date that these facts are as at, and when the responsible body last confirmed them?
as_at: ""
last_confirmed: ""
# Who is responsible?
responsible_body { en: "" cy: "" }

# For each kind of detail: EXPOSED, POSSIBLY_EXPOSED, NOT_HELD or UNKNOWN, and what to do about it now. One block each.
# NAME, INITIALS, RANK_OR_GRADE, ROLE, UNIT, LOCATION, PHOTO, PHOTO_METADATA, VETTING_LEVEL, PAY_NUMBER, WARRANT_NUMBER,
# COLLAR_NUMBER, SERVICE_NUMBER, GENDER, CONTRACT_TYPE, PAY, NATIONAL_INSURANCE_NUMBER, DATE_OF_BIRTH, WORK_EMAIL,
# PERSONAL_EMAIL, PHONE, HOME_ADDRESS, BANK_DETAILS, HEALTH, CASE_TEXT, FOOTAGE
categories {
  category: CATEGORY_NAME
  state: CATEGORY_STATE_UNKNOWN
  advice { en: "" cy: "" }
}

# What could happen to the people in it (UK GDPR art. 34)?
likely_consequences { en: "" cy: "" }
# What has been done about it, and what is being done (art. 34)?
measures { en: "" cy: "" }
# What should everybody do today? One block a step, in order.
what_to_do_now { en: "" cy: "" }
# Shown above everything: whom do people in danger, covert or at higher risk call first, at any hour?
urgent { en: "" cy: "" }

# Who can help (art. 34)? One block each for OFFICER, STAFF, SUPERINTENDENT, LEAVER, PUBLIC. When did somebody last ring
# the number to check it?
contacts {
  audience: AUDIENCE_OFFICER
  who { en: "" cy: "" }
  telephone: ""
  address: ""
  hours { en: "" cy: "" }
  last_verified: ""
}

# Where is each fact from? CONFIRMED (by the body or a regulator), REPORTED or DISPUTED.
sources {
  title: ""
  url: ""
  date: ""
  confidence: CONFIDENCE_UNSPECIFIED
}

# Is everybody who worked there in it? If true, the date: "If you worked there on …, act as if you are included".
whole_workforce: false
whole_workforce_on: ""
# How can somebody dispute an answer or correct a detail?
how_to_dispute { en: "" cy: "" }
# BY_NUMBER (a list will be sealed; until then people see "cannot be checked yet"), NO_OFFICER_NUMBER or
# NOT_A_LIST_OF_PEOPLE?
checkability: CHECKABILITY_UNSPECIFIED
# With BY_NUMBER, the kinds of number, one line each:
# schemes: "met/pay"
# Leave out; the service writes down which lists were removed.
# removed_lists:
# Otherwise: why not, and how do those affected hear of it?
why_not_by_number { en: "" cy: "" }
# How many people, as declared? 0: not known.
people: 0
)";

}  // namespace

std::string NoticeTemplate(std::string_view incident_id) {
  return absl::Substitute(kTemplate, std::string(incident_id));
}

}  // namespace exposure::cli
