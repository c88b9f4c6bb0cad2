// e2e_enumerate SERVER ROOT_KEY CA THREADS [CERTIFICATE KEY] < QUESTIONS
// Asks an evaluator as an application that has turned hostile would: with the client's own library, its own numbers and
// its own subjects, several at once. A question is a line "FORCE SUBJECT TOKEN NUMBER…", as in "met 0011…ff -
// met/pay/A123456 met/pay/A123457": the token is sent where no certificate is given. Prints for each call, as soon as
// it ends, its line (from 0), "OK" or the reason, and what was sent: "LINE REASON IDEMPOTENCY BLINDED F…", the bytes in
// hexadecimal, F of each number where it was answered and verified. Ends early when nobody answers any more.
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/error.h"
#include "client/core/evaluation.h"
#include "client/core/number.h"
#include "client/lookup.h"

namespace exposure {
namespace {

struct Question {
  std::string force;
  Subject subject;
  std::string token;
  std::vector<OprfInput> inputs;
};

// What the call of this thread is, and what it sent.
thread_local const Question* asked = nullptr;
thread_local v1::EvaluateRequest sent;

// Passes everything on, and remembers.
class Listener final : public Transport {
 public:
  explicit Listener(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}

  absl::StatusOr<crypto::SignedCatalogue> GetCatalogue() override { return transport_->GetCatalogue(); }
  absl::StatusOr<std::vector<std::string>> GetCatalogueHeaders(uint64_t after) override {
    return transport_->GetCatalogueHeaders(after);
  }
  absl::StatusOr<v1::EvaluateResponse> Evaluate(const std::string& address,
                                                const v1::EvaluateRequest& request) override {
    sent = request;
    return transport_->Evaluate(address, request);
  }
  absl::StatusOr<v1::RequestGrantResponse> RequestGrant(const std::string& address,
                                                        const v1::RequestGrantRequest& request) override {
    return transport_->RequestGrant(address, request);
  }
  absl::StatusOr<v1::FetchBucketResponse> FetchBucket(const v1::FetchBucketRequest& request) override {
    return transport_->FetchBucket(request);
  }
  absl::Status DownloadDataset(BytesView dataset_id, uint64_t offset,
                               absl::FunctionRef<absl::Status(std::string_view)> sink) override {
    return transport_->DownloadDataset(dataset_id, offset, sink);
  }

 private:
  const std::unique_ptr<Transport> transport_;
};

[[noreturn]] void Fail(absl::string_view what) {
  std::cerr << "e2e_enumerate: " << what << "\n";
  exit(1);
}

std::optional<Question> ReadQuestion(const std::string& line) {
  std::istringstream words(line);
  Question question;
  std::string subject;
  words >> question.force >> subject >> question.token;
  const auto bytes = ArrayFromHex<16>(subject);
  if (!bytes) return std::nullopt;
  question.subject = *bytes;
  for (std::string word; words >> word;) {
    const size_t scheme = word.find('/');
    const size_t number = word.rfind('/');
    if (number == scheme || number == std::string::npos) return std::nullopt;
    question.inputs.emplace_back(word.substr(0, scheme), word.substr(scheme + 1, number - scheme - 1),
                                 CanonicalNumber(word.substr(number + 1)));
  }
  return question;
}

class Attack {
 public:
  Attack(Transport& transport, const CheckedContent& content, std::vector<Question> questions)
      : transport_(transport), content_(content), questions_(std::move(questions)) {}

  void Run(size_t threads) {
    std::vector<std::thread> others;
    for (size_t i = 0; i < threads; ++i) others.emplace_back([this] { Work(); });
    for (std::thread& other : others) other.join();
  }

 private:
  void Work() {
    for (size_t i = next_++; i < questions_.size() && !alone_; i = next_++) Ask(i);
  }

  void Ask(size_t i) {
    asked = &questions_[i];
    sent.Clear();
    const absl::StatusOr<std::vector<crypto::Output>> outputs =
        EvaluateInputs(transport_, EpochOf(asked->force), asked->inputs, {.subject = asked->subject});
    if (absl::IsUnavailable(outputs.status())) alone_ = true;
    std::ostringstream line;
    line << i << " " << WordOf(outputs.status()) << " " << ToHex(AsBytes(sent.idempotency())) << " "
         << ToHex(AsBytes(sent.blinded()));
    if (outputs.ok()) {
      for (const crypto::Output& output : *outputs) line << " " << ToHex(output.Reveal());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    std::cout << line.str() << std::endl;
  }

  static std::string WordOf(const absl::Status& status) {
    if (status.ok()) return "OK";
    const std::optional<Reason> reason = ReasonOf(status);
    return reason ? std::string(ReasonWord(*reason)) : absl::StatusCodeToString(status.code());
  }

  const CheckedEpoch& EpochOf(const std::string& force) const {
    for (const CheckedEpoch& epoch : content_.epochs()) {
      if (epoch.live() && epoch.message->schemes(0).force() == force) return epoch;
    }
    Fail("no live epoch has this force");
  }

  Transport& transport_;
  const CheckedContent& content_;
  const std::vector<Question> questions_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> alone_ = false;
  std::mutex mutex_;  // one line at a time
};

int Main(int argc, char** argv) {
  const auto root = argc == 5 || argc == 7 ? ArrayFromHex<32>(argv[2]) : std::nullopt;
  if (!root) Fail("SERVER ROOT_KEY CA THREADS [CERTIFICATE KEY]");
  LookupOptions options;
  options.server = argv[1];
  options.root = crypto::RootPin(*root);
  options.tls.ca_file = argv[3];
  if (argc == 7) {
    options.tls.certificate_file = argv[5];
    options.tls.key_file = argv[6];
  }
  std::vector<Question> questions;
  for (std::string line; std::getline(std::cin, line);) {
    std::optional<Question> question = ReadQuestion(line);
    if (!question || question->inputs.empty()) Fail("a question is not as it should be");
    questions.push_back(*std::move(question));
  }
  if (questions.empty()) Fail("no questions");
  asked = &questions[0];
  if (argc == 5) options.token = [] { return asked->token; };  // by the thread that calls

  absl::StatusOr<std::unique_ptr<Transport>> transport = MakeGrpcTransport(options);
  if (!transport.ok()) Fail(transport.status().message());
  Listener listener(*std::move(transport));
  const auto keeper = CatalogueKeeper::Create(&listener, {.root = options.root, .clock = SystemClock()});
  if (!keeper.ok()) Fail(keeper.status().message());
  const auto catalogue = (*keeper)->Current();
  if (!catalogue.ok()) Fail(catalogue.status().message());
  Attack(listener, (*catalogue)->content, std::move(questions)).Run(std::strtoul(argv[4], nullptr, 10));
  return 0;
}

}  // namespace
}  // namespace exposure

int main(int argc, char** argv) { return exposure::Main(argc, argv); }
