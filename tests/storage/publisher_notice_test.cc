// Notices: independent of any dataset, edited by version, never left in
// contradiction to what is published.
#include <gtest/gtest.h>

#include "tests/storage/publisher_helpers.h"

namespace exposure::storage {
namespace {

using namespace exposure::testing;

class PublisherNoticeTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(service_, Service::Open(dir_.path(), force_.configured(), now_)); }

  Publisher& publisher() { return *service_.publisher; }
  const v1::Notice& Published(const std::string& id = "met-2023-supplier") {
    catalogue_ = publisher().Current();
    const v1::Notice* notice = catalogue_->content.FindIncident(id);
    if (notice == nullptr) ADD_FAILURE() << "There is no notice " << id;
    return notice == nullptr ? v1::Notice::default_instance() : *notice;
  }

  TempDir dir_;
  uint64_t now_ = kTestNow;
  const TestForce force_;
  Service service_;
  std::shared_ptr<const ServedCatalogue> catalogue_;
};

TEST_F(PublisherNoticeTest, ANoticeIsPublishedWithoutADataset) {
  v1::Notice notice = TestForce::Notice();
  notice.set_version(17);  // ignored
  ASSERT_OK_AND_ASSIGN(const uint64_t version, publisher().PublishNotice(notice));
  EXPECT_EQ(publisher().Current()->header.version, version);
  EXPECT_EQ(Published().version(), 1u);
  EXPECT_EQ(Published().title().en(), notice.title().en());
}

TEST_F(PublisherNoticeTest, ASchemeThatNoEpochHasYetMayBeAnnounced) {
  v1::Notice notice = TestForce::Notice();
  notice.add_schemes("met/collar");
  EXPECT_THAT(publisher().PublishNotice(notice), IsOk());
}

TEST_F(PublisherNoticeTest, WhatANoticeLacksIsNamedByField) {
  v1::Notice notice = TestForce::Notice();
  notice.clear_urgent();
  const absl::Status refused = publisher().PublishNotice(notice).status();
  EXPECT_THAT(refused, HasReason(Reason::kBadNotice));
  EXPECT_EQ(FieldOf(refused), "notice.urgent.en");
  notice = TestForce::Notice();
  notice.add_schemes("psni/service");
  EXPECT_THAT(publisher().PublishNotice(notice), HasReason(Reason::kBadNotice));
  EXPECT_EQ(publisher().Current()->content.message().incidents_size(), 0);
}

TEST_F(PublisherNoticeTest, AnIncidentIsPublishedOnce) {
  ASSERT_THAT(publisher().PublishNotice(TestForce::Notice()), IsOk());
  EXPECT_THAT(publisher().PublishNotice(TestForce::Notice()), HasReason(Reason::kIncidentExists));
}

TEST_F(PublisherNoticeTest, AnEditIsMadeFromTheNewestVersion) {
  EXPECT_THAT(publisher().UpdateNotice(TestForce::Notice()), HasReason(Reason::kUnknownIncident));
  ASSERT_THAT(publisher().PublishNotice(TestForce::Notice()), IsOk());
  v1::Notice edited = Published();
  edited.mutable_urgent()->set_en("Ring 999 if you are in danger.");
  ASSERT_OK_AND_ASSIGN(const uint64_t version, publisher().UpdateNotice(edited));
  EXPECT_EQ(publisher().Current()->header.version, version);
  EXPECT_EQ(Published().version(), 2u);
  EXPECT_EQ(Published().urgent().en(), "Ring 999 if you are in danger.");
  EXPECT_THAT(publisher().UpdateNotice(edited), HasReason(Reason::kNoticeChanged)) << "made from version 1";
  v1::Notice bad = Published();
  bad.clear_title();
  EXPECT_THAT(publisher().UpdateNotice(bad), HasReason(Reason::kBadNotice));
  EXPECT_EQ(Published().version(), 2u);
}

TEST_F(PublisherNoticeTest, AnEditCannotTakeAPublishedDatasetFromItsIncident) {
  ASSERT_THAT(publisher().PublishNotice(TestForce::Notice()), IsOk());
  ASSERT_THAT(service_.Publish(force_.Build()), IsOk());
  v1::Notice edited = Published();
  edited.clear_schemes();
  edited.add_schemes("met/warrant");
  const absl::Status refused = publisher().UpdateNotice(edited).status();
  EXPECT_THAT(refused, HasReason(Reason::kBadNotice));
  EXPECT_EQ(FieldOf(refused), "notice.schemes");
  edited.add_schemes("met/pay");
  EXPECT_THAT(publisher().UpdateNotice(edited), IsOk());
  EXPECT_THAT(service_.CheckAsClient(now_), IsOk());
}

TEST_F(PublisherNoticeTest, OrderStaysAndSurvivesAReopen) {
  for (const char* id : {"met-b", "met-c", "met-a"}) {
    ASSERT_THAT(publisher().PublishNotice(TestForce::Notice(id)), IsOk());
  }
  ASSERT_THAT(publisher().UpdateNotice(Published("met-b")), IsOk());
  const std::string content = publisher().Current()->signed_catalogue.content;
  service_ = {};
  ASSERT_OK_AND_ASSIGN(service_, Service::Open(dir_.path(), force_.configured(), now_));
  EXPECT_EQ(publisher().Current()->signed_catalogue.content, content);
  std::vector<std::string> ids;
  for (const v1::Notice& notice : publisher().Current()->content.message().incidents())
    ids.push_back(notice.incident_id());
  EXPECT_EQ(ids, (std::vector<std::string>{"met-b", "met-c", "met-a"}));
}

}  // namespace
}  // namespace exposure::storage
