// Any text as a configuration: problems that are told, or limits that hold for every call.
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "server/problems.h"
#include "server/quota_limits.h"
#include "server/quota_policy.h"

namespace {

using namespace exposure;
using server::QuotaPolicy;

void Require(bool condition) {
  if (!condition) std::abort();
}

// Says nothing of a text that cannot be parsed.
class Quiet : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, int, const std::string&) override {}
};

v1::CatalogueContent TwoEpochs() {
  v1::CatalogueContent content;
  for (const char* force : {"met", "psni"}) {
    v1::Epoch* epoch = content.add_epochs();
    epoch->set_epoch_id(std::string(16, force[0]));
    epoch->set_state(v1::EPOCH_STATE_LIVE);
    epoch->add_schemes()->set_force(force);
    epoch->mutable_schemes(0)->set_population(47'000);
  }
  return content;
}

// Where nothing was reported, every call has a price that means something.
void PriceAll(const QuotaPolicy& policy, const config::v1::ServerConfig& settings) {
  for (const crypto::EpochId& epoch : policy.epochs()) {
    uint64_t reserved = 0;
    for (const std::string& caller : policy.CallersOf(epoch)) reserved += policy.Reserved(caller, epoch, 1);
    Require(reserved <= policy.Budget(epoch, 1));
    for (const config::v1::CallerRule& rule : settings.access().callers()) {
      server::Caller caller;
      caller.name = rule.name();
      for (const uint8_t subject : {0, 1}) {
        const auto priced = policy.Price(caller, epoch, {subject}, 1024, 10, 1);
        Require(!priced.ok() || priced->charge.size() == priced->reasons.size());
      }
      (void)policy.NormalOf(rule.name(), epoch);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  config::v1::ServerConfig settings;
  google::protobuf::TextFormat::ParseInfoTree tree;
  google::protobuf::TextFormat::Parser parser;
  Quiet quiet;
  parser.RecordErrorsTo(&quiet);
  parser.WriteLocationsTo(&tree);
  if (!parser.ParseFromString(ToString({data, size}), &settings)) return 0;
  server::Problems problems("fuzz.txtpb");
  server::CheckQuotas(settings, server::Place(problems, config::v1::ServerConfig::descriptor(), tree));
  if (problems.empty()) PriceAll(QuotaPolicy(settings, TwoEpochs()), settings);
  return 0;
}
