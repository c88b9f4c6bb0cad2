#include "tests/benchmarks/service/service.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "client/core/grpc_status.h"
#include "crypto/bucket.h"
#include "crypto/epoch.h"
#include "exposure/v1/operations_service.grpc.pb.h"
#include "tests/support/channel.h"
#include "tests/support/service_client.h"

namespace exposure::bench {
namespace {

// Nobody is refused, and nothing is alarming.
constexpr char kNoLimits[] = R"(
quotas {
  budget_multiple: 1000
  limits {
    name: "portal"
    subject { per_hour: 1000000000 burst: 1000000000 per_day: 1000000000 }
    caller { per_hour: 1000000000 burst: 1000000000 }
    batch_numbers_per_day: 1000000000
    reserved_percent: 100
    usual_per_day: 1000000000
  }
}
)";

constexpr size_t kEpochsOfIncident = 50;  // a notice names at most 64 schemes

std::string IncidentName(size_t epoch) {
  const size_t incident = epoch / kEpochsOfIncident;
  return incident == 0 ? testing::kTestIncident : absl::StrCat(testing::kTestIncident, "-", incident + 1);
}

std::string KeyName(size_t epoch) { return absl::StrCat("met-", epoch + 1); }

std::string EpochText(size_t epoch, const std::string& bits_and_population) {
  return absl::StrCat("epochs { evaluator_files: \"", KeyName(epoch), ".pub\" ", bits_and_population,
                      "rule { min_letters: 1 max_letters: 1 min_digits: 6 max_digits: 6 } ",
                      "label { en: \"Pay number\" } force_name { en: \"Metropolitan Police\" } force: \"met\" name: \"",
                      SchemeName(epoch), "\" } }\n");
}

}  // namespace

std::string SchemeName(size_t epoch) { return epoch == 0 ? "pay" : absl::StrCat("pay-", epoch + 1); }

Service::Service(const ServiceSpec& spec)
    : spec_(spec), bucket_bits_(crypto::FetchBits(spec.population, crypto::kMinPeople)) {
  Configure();
  WriteCaller("consumer", consumer_);
  WriteCaller("custodian", custodian_);
}

void Service::Configure() {
  const std::string bits = absl::StrCat("bucket_bits: ", bucket_bits_, " fetch_bits: ", bucket_bits_, "\n");
  std::string epochs;
  std::string keys = "evaluator_key_files: \"met-1\"";
  for (size_t i = 1; i < spec_.epochs; ++i) {
    more_keys_.push_back(crypto::EvaluatorKey::Generate().value());
    files_.WriteKey(KeyName(i), more_keys_.back(), 1);
    absl::StrAppend(&keys, "\nevaluator_key_files: \"", KeyName(i), "\"");
    absl::StrAppend(&epochs, EpochText(i, absl::StrCat(bits, "schemes { population: ", spec_.population, " ")));
  }
  files_.Write({{"bucket_bits: 4\n  fetch_bits: 3\n", bits},
                {"population: 1500", absl::StrCat("population: ", spec_.population)},
                {"evaluator_key_files: \"met-1\"", keys},
                {"custodians {", epochs + "custodians {"},
                {"reflection: true\n", kNoLimits}});
  if (spec_.tls) return;
  const std::string& text = files_.config_text();
  const size_t begin = text.find("tls {");
  files_.Write({{text.substr(begin, text.find("\nquotas {") - begin), ""}});
}

void Service::WriteCaller(const std::string& file, const testing::Issued& issued) const {
  WriteNewFile(files_.Path(file + ".pem"), issued.certificate, 0444).IgnoreError();
  WriteNewFile(files_.Path(file + ".key"), issued.private_key, 0400).IgnoreError();
}

absl::Status Service::Start() {
  std::filesystem::remove(files_.Path("address"));
  const double begin = WallSeconds();
  process_ = std::make_unique<testing::ChildProcess>(
      std::vector<std::string>{EXPOSURE_BINARY_DIR "/bin/exposured", "--config", files_.config_path()});
  address_ = process_->WaitForFile(files_.Path("address"));
  start_seconds_ = WallSeconds() - begin;
  if (address_.empty()) return absl::UnavailableError("exposured did not start: " + process_->Output());
  return absl::OkStatus();
}

absl::Status Service::Stop() {
  process_->Signal(SIGTERM);
  const int code = process_->Wait();
  if (code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("exposured ended with ", code, ": ", process_->Output()));
}

absl::Status Service::Publish(uint64_t rows, Rows kind) {
  const testing::ServiceClient client(ConnectAs(custodian_), files_);
  for (size_t i = 0; i < spec_.epochs; ++i) {
    const std::string incident = IncidentName(i);
    if (i % kEpochsOfIncident == 0) {
      v1::Notice notice = testing::SampleNotice();
      notice.set_incident_id(incident);
      notice.clear_schemes();
      const size_t end = std::min(spec_.epochs, i + kEpochsOfIncident);
      for (size_t e = i; e < end; ++e) notice.add_schemes("met/" + SchemeName(e));
      RETURN_IF_ERROR(FromGrpc(client.PublishNotice(notice), ""));
    }
    const DatasetSpec dataset = {
        .incident = incident, .scheme = SchemeName(i), .rows = rows, .bucket_bits = bucket_bits_, .kind = kind};
    ASSIGN_OR_RETURN(const testing::SealedFile sealed,
                     SealDataset(dataset, i == 0 ? files_.evaluator() : more_keys_[i - 1], files_.custodian()));
    RETURN_IF_ERROR(FromGrpc(client.Upload(sealed), ""));
    RETURN_IF_ERROR(FromGrpc(client.Publish(sealed), ""));
    published_bytes_ += sealed.file.size();
  }
  return absl::OkStatus();
}

absl::Status Service::Grant(uint64_t rows) const {
  v1::GrantSealingRequest request;
  request.set_epoch_id(ToString(epoch_id(0)));
  request.set_incident_id(testing::kTestIncident);
  request.set_caller("custodian/met-response");
  request.set_rows(rows);
  v1::GrantSealingResponse response;
  testing::Context context;
  const auto stub = v1::OperationsService::NewStub(ConnectAs(files_.ca().IssueTo("operator/first")));
  return FromGrpc(stub->GrantSealing(&context, request, &response), "");
}

int Service::port() const {
  int port = 0;
  return absl::SimpleAtoi(address_.substr(address_.rfind(':') + 1), &port) ? port : 0;
}

crypto::EpochId Service::epoch_id(size_t epoch) const {
  return crypto::DeriveEpochId((epoch == 0 ? files_.evaluator() : more_keys_[epoch - 1]).public_key());
}

std::shared_ptr<grpc::Channel> Service::ConnectAs(const testing::Issued& caller) const {
  return spec_.tls ? files_.Connect(address_, &caller) : testing::Connect(address_);
}

std::shared_ptr<grpc::Channel> Service::Connect() const { return ConnectAs(consumer_); }

TransportOptions Service::OptionsOf(const std::string& file) const {
  TransportOptions options;
  options.server = address_;
  if (spec_.tls) {
    options.tls = {.ca_file = files_.Path("tls/client-ca.pem"),
                   .certificate_file = files_.Path(file + ".pem"),
                   .key_file = files_.Path(file + ".key")};
  }
  return options;
}

TransportOptions Service::ConsumerOptions() const { return OptionsOf("consumer"); }
TransportOptions Service::CustodianOptions() const { return OptionsOf("custodian"); }

}  // namespace exposure::bench
