// A catalogue's content with two forces, as far as the command line looks at it.
#ifndef EXPOSURE_TESTS_CLIENT_CLI_CONTENT_H_
#define EXPOSURE_TESTS_CLIENT_CLI_CONTENT_H_

#include <gtest/gtest.h>

#include <utility>

#include "exposure/v1/catalogue.pb.h"
#include "google/protobuf/text_format.h"
#include "proto/rules/catalogue_content.h"

namespace exposure::testing {

inline CheckedContent TwoForces() {
  v1::CatalogueContent message;
  const bool parsed = google::protobuf::TextFormat::ParseFromString(R"(
    epochs {
      epoch_id: "0123456789abcdef"
      state: EPOCH_STATE_LIVE
      schemes {
        force: "met" name: "pay" population: 47000
        rule { min_letters: 1 max_letters: 1 min_digits: 6 max_digits: 6 }
        label { en: "Pay number" cy: "Rhif cyflog" }
        help { en: "on your payslip." }
        force_name { en: "Metropolitan Police" }
      }
      schemes {
        force: "met" name: "warrant" population: 47000
        rule { min_digits: 1 max_digits: 6 }
        label { en: "Warrant number" }
        force_name { en: "Metropolitan Police" }
      }
    }
    epochs {
      epoch_id: "fedcba9876543210"
      state: EPOCH_STATE_RETIRED
      schemes { force: "old" name: "pay" population: 1 force_name { en: "Long ago" } }
    }
    incidents {
      incident_id: "met-2023-supplier" force: "met"
      urgent { en: "Covert? Call 020 7946 0101." cy: "Yn gudd? Ffoniwch 020 7946 0101." }
      contacts { who { en: "For officers" } telephone: "020 7946 0102" }
    }
    incidents { incident_id: "other" force: "elsewhere" urgent { en: "Call 999." } })",
                                                                    &message);
  EXPECT_TRUE(parsed);
  absl::StatusOr<CheckedContent> content = CheckedContent::Parse(message.SerializeAsString());
  EXPECT_TRUE(content.ok()) << content.status().ToString();
  return *std::move(content);
}

}  // namespace exposure::testing

#endif  // EXPOSURE_TESTS_CLIENT_CLI_CONTENT_H_
