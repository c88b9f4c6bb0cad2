// The signer as a process of its own: two servers, one socket between them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "crypto/audit.h"
#include "crypto/catalogue.h"
#include "crypto/receipt.h"
#include "server/remote_signer.h"
#include "server/server.h"
#include "server/stores.h"
#include "storage/audit_log.h"
#include "tests/support/rich_error.h"
#include "tests/support/service_client.h"
#include "tests/support/service_files.h"
#include "tests/support/status_matchers.h"

namespace exposure::server {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::IsError;
using testing::IsGrpcOk;
using testing::IsOk;
using testing::SealedFile;
using testing::ServiceClient;
using testing::ServiceFiles;
namespace fs = std::filesystem;

class SignerTest : public ::testing::Test {
 protected:
  static constexpr Roles kSigner = {.signer = true};
  static constexpr Roles kRecords = {.records = true, .catalogue = true};

  SignerTest() {
    socket_ = "unix:" + files_.Path("signer.sock");
    signer_config_ = files_.Path("signer.txtpb");
    Write(signer_config_, "listen: \"" + socket_ +
                              "\"\ndata_directory: \"signed\"\ncatalogue_key_file: \"catalogue\"\n"
                              "delegation_file: \"delegation.txtpb\"\n");
    files_.Write({{"catalogue_key_file: \"catalogue\"\ndelegation_file: \"delegation.txtpb\"\n",
                   "signer: \"" + socket_ + "\"\n"}});
  }
  static void Write(const std::string& path, const std::string& text) {
    ASSERT_THAT(WriteFileAtomically(path, text, 0644), IsOk());
  }

  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& path, const Roles& roles) {
    absl::StatusOr<LoadedConfig> config = LoadConfig(path, roles);
    if (!config.ok()) return config.status();
    return Server::Start(*config, roles);
  }
  absl::Status StartSigner() {
    signer_.reset();
    absl::StatusOr<std::unique_ptr<Server>> signer = Start(signer_config_, kSigner);
    if (signer.ok()) signer_ = *std::move(signer);
    return signer.status();
  }
  absl::Status StartRecords() {
    records_.reset();
    absl::StatusOr<std::unique_ptr<Server>> records = Start(files_.config_path(), kRecords);
    if (!records.ok()) return records.status();
    records_ = *std::move(records);
    client_ = std::make_unique<ServiceClient>(records_->address(), files_);
    return absl::OkStatus();
  }
  uint64_t Version() const { return crypto::DecodeHeader(AsBytes(client_->CheckedCatalogue().header))->version; }

  void SaveCatalogue(const std::string& path) const {
    v1::GetCatalogueResponse response;
    ASSERT_THAT(client_->Catalogue(&response), IsGrpcOk());
    Write(path, response.SerializeAsString());
  }
  absl::Status Accept(const std::string& path) const {
    return AcceptHeader(LoadConfig(signer_config_, kSigner).value(), kSigner, path);
  }

  // "who what object" of the signer's entries whose `what` begins so.
  std::vector<std::string> Audited(std::string_view what) const {
    std::vector<std::string> lines;
    auto log = storage::AuditLog::Open(files_.Path("signed/audit/signer"), storage::SystemClock());
    EXPECT_THAT(log, IsOk());
    const std::string bytes = (*log)->Read(1, size_t{1} << 20)->bytes;
    for (BytesView rest = AsBytes(bytes); !rest.empty(); rest = rest.subspan(*crypto::AuditEntrySize(rest))) {
      const crypto::AuditEvent event = crypto::DecodeAuditEntry(rest.first(*crypto::AuditEntrySize(rest)))->event;
      if (event.what.starts_with(what)) lines.push_back(event.who + " " + event.what + " " + event.object);
    }
    return lines;
  }

  ServiceFiles files_;
  std::string socket_;
  std::string signer_config_;
  std::unique_ptr<Server> signer_;
  std::unique_ptr<Server> records_;
  std::unique_ptr<ServiceClient> client_;
};

TEST_F(SignerTest, RecordsPublishWithoutTheKey) {
  ASSERT_THAT(StartSigner(), IsOk());
  ASSERT_EQ(rename(files_.Path("catalogue").c_str(), files_.Path("elsewhere").c_str()), 0);
  ASSERT_THAT(StartRecords(), IsOk());
  const SealedFile sealed = client_->PublishSample(400);
  EXPECT_EQ(Version(), 3u);
  EXPECT_FALSE(fs::exists(files_.Path("data/catalogue")));
  EXPECT_FALSE(fs::exists(files_.Path("signed/records")));
  EXPECT_EQ(client_->Health("exposure.v1.CustodianService"), ServiceClient::Serving::SERVING);
  const ServiceClient signer(socket_, files_);
  EXPECT_EQ(signer.Health("exposure.v1.SignerService"), ServiceClient::Serving::SERVING);
  EXPECT_EQ(signer.Health("exposure.v1.CatalogueService"), ServiceClient::Serving::SERVICE_UNKNOWN);
}

TEST_F(SignerTest, WithoutItNothingChangesAndWhatIsServedStays) {
  ASSERT_THAT(StartSigner(), IsOk());
  ASSERT_THAT(StartRecords(), IsOk());
  const SealedFile sealed = client_->PublishSample(400);
  const std::string header = client_->CheckedCatalogue().header;
  signer_.reset();
  EXPECT_THAT(client_->Retract(sealed), IsError(Reason::kSignerUnreachable));
  EXPECT_EQ(client_->CheckedCatalogue().header, header);
  v1::FetchBucketResponse response;
  EXPECT_THAT(client_->Fetch(client_->FetchRequest({3, 5}), &response), IsGrpcOk());
  ASSERT_THAT(StartSigner(), IsOk());
  EXPECT_THAT(client_->Retract(sealed), IsGrpcOk());
  EXPECT_EQ(Version(), 4u);
}

TEST_F(SignerTest, ARestoredOneSignsNothingUntilItIsGivenTheNewest) {
  ASSERT_THAT(StartSigner(), IsOk());
  ASSERT_THAT(StartRecords(), IsOk());
  signer_.reset();
  fs::copy(files_.Path("signed"), files_.Path("backup"), fs::copy_options::recursive);
  ASSERT_THAT(StartSigner(), IsOk());
  const SealedFile sealed = client_->PublishSample(400);
  const std::string newest = client_->CheckedCatalogue().header;
  SaveCatalogue(files_.Path("newest"));
  signer_.reset();
  records_.reset();
  fs::remove_all(files_.Path("signed"));
  fs::copy(files_.Path("backup"), files_.Path("signed"), fs::copy_options::recursive);

  ASSERT_THAT(StartSigner(), IsOk());
  const ServiceClient signer(socket_, files_);
  EXPECT_EQ(signer.Health("exposure.v1.SignerService"), ServiceClient::Serving::NOT_SERVING);
  ASSERT_THAT(StartRecords(), IsOk()) << "notices stay readable";
  EXPECT_EQ(Version(), 1u);
  EXPECT_THAT(client_->PublishNotice(), IsError(Reason::kSignerBehind));
  records_.reset();
  signer_.reset();

  ASSERT_THAT(Accept(files_.Path("newest")), IsOk());
  ASSERT_THAT(StartSigner(), IsOk());
  ASSERT_THAT(StartRecords(), IsOk());
  EXPECT_EQ(client_->CheckedCatalogue().header, newest);
  EXPECT_EQ(client_->Health("exposure.v1.CustodianService"), ServiceClient::Serving::SERVING);
}

TEST_F(SignerTest, WhatIsGivenAfterARestoreIsChecked) {
  ASSERT_THAT(StartSigner(), IsOk());
  signer_.reset();
  EXPECT_THAT(Accept(files_.Path("none")), HasReason(Reason::kFileError));
  Write(files_.Path("junk"), "junk");
  EXPECT_THAT(Accept(files_.Path("junk")), HasReason(Reason::kCatalogueMalformed));
  const LoadedConfig remote = LoadConfig(files_.config_path(), kRecords).value();
  EXPECT_THAT(AcceptHeader(remote, kRecords, files_.Path("junk")), HasReason(Reason::kBadUsage));
}

TEST_F(SignerTest, OverTheSocketItIsTheSameSigner) {
  ASSERT_THAT(StartSigner(), IsOk());
  const auto signer = MakeRemoteSigner(socket_);
  ASSERT_OK_AND_ASSIGN(const auto none, signer->Newest());
  EXPECT_FALSE(none.has_value());
  const std::string large(20 << 20, 'x');
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue first, signer->Sign(large));
  EXPECT_THAT(crypto::CheckSignatures(first, files_.root().public_key()), IsOk());
  ASSERT_OK_AND_ASSIGN(const crypto::SignedCatalogue same, signer->Sign(large));
  EXPECT_EQ(same.header, first.header);
  ASSERT_OK_AND_ASSIGN(const auto newest, signer->Newest());
  ASSERT_TRUE(newest.has_value());
  EXPECT_EQ(newest->content, large);
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> headers, signer->HeadersAfter(0, 10));
  EXPECT_EQ(headers, std::vector<std::string>{first.header});
  EXPECT_THAT(signer->HeadersAfter(7, 10), HasReason(Reason::kUnknownVersion)) << "errors keep their reasons";
  EXPECT_THAT(signer->Sign(std::string(64 << 20, 'x')).status(), HasReason(Reason::kSignerUnreachable))
      << "more than a message may have";
  const auto receipt = crypto::Encode(crypto::Receipt{.dataset_id = {0xd1}});
  ASSERT_OK_AND_ASSIGN(const crypto::Signature signature, signer->SignReceipt(receipt));
  EXPECT_THAT(crypto::VerifySignature(files_.catalogue().public_key(), crypto::kReceiptLabel, receipt, signature),
              IsOk());
  EXPECT_THAT(signer->SignReceipt({}), HasReason(Reason::kFieldLength));
  EXPECT_THAT(signer->SignReceipt(AsBytes("receipt")), HasReason(Reason::kBadReceipt));
}

TEST_F(SignerTest, WhatItSignsIsOnItsRecord) {
  ASSERT_THAT(StartSigner(), IsOk());
  const auto signer = MakeRemoteSigner(socket_);
  for (const char* content : {"one", "one", "two"}) ASSERT_THAT(signer->Sign(content), IsOk());
  ASSERT_THAT(signer->SignReceipt(crypto::Encode(crypto::Receipt{.dataset_id = {0xd1}})), IsOk());
  signer_.reset();
  EXPECT_THAT(Audited("sign-"), ElementsAre("local sign-catalogue version=1", "local sign-catalogue version=2",
                                            "local sign-receipt dataset=d1" + std::string(30, '0')));
}

TEST_F(SignerTest, NobodyThereIsUnreachable) {
  const auto signer = MakeRemoteSigner(socket_, std::chrono::milliseconds(300));
  EXPECT_THAT(signer->Newest(), HasReason(Reason::kSignerUnreachable));
  EXPECT_THAT(signer->Sign("content"), HasReason(Reason::kSignerUnreachable));
  EXPECT_THAT(signer->HeadersAfter(0, 1), HasReason(Reason::kSignerUnreachable));
}

TEST_F(SignerTest, ConfigurationOfEachIsChecked) {
  EXPECT_THAT(LoadConfig(files_.config_path(), kSigner), HasReason(Reason::kBadConfig)) << "it has no key";
  files_.Write({{socket_, "example.org:7444"}});
  EXPECT_THAT(LoadConfig(files_.config_path(), kRecords), HasReason(Reason::kBadConfig));
  Write(signer_config_, ReadFile(signer_config_).value() + "catalogue_chain_file: \"signed/chain\"\n");
  EXPECT_THAT(LoadConfig(signer_config_, kSigner), HasReason(Reason::kBadConfig)) << "it would be restored as well";
}

}  // namespace
}  // namespace exposure::server
