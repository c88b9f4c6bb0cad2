#include "client/lookup.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "client/core/inquiry.h"
#include "client/core/kept_sets.h"
#include "client/core/question.h"

namespace exposure {
namespace {

using SharedCatalogue = std::shared_ptr<const VerifiedCatalogue>;

// The catalogue in hand is not the service's (any more): worth one refresh.
bool IsStale(const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  return reason == Reason::kStaleCatalogue || reason == Reason::kUnknownEpoch || reason == Reason::kRetiredEpoch ||
         reason == Reason::kUnknownDataset;
}

// "1.2.3"; what is not a number counts as 0.
std::array<uint32_t, 3> ParseVersion(std::string_view text) {
  std::array<uint32_t, 3> version{};
  for (uint32_t& part : version) {
    const size_t dot = std::min(text.find('.'), text.size());
    std::from_chars(text.data(), text.data() + dot, part);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return version;
}

absl::Status CheckClientVersion(const CheckedContent& content) {
  const std::string& oldest = content.message().oldest_client();
  if (ParseVersion(EXPOSURE_VERSION) >= ParseVersion(oldest)) return absl::OkStatus();
  return Error(Reason::kClientTooOld, absl::StrCat("This is version " EXPOSURE_VERSION "; the service asks for ",
                                                   oldest, " or later. Install the newest version."));
}

class LookupImpl final : public Lookup {
 public:
  LookupImpl(std::unique_ptr<Transport> transport, std::unique_ptr<CatalogueKeeper> keeper,
             std::unique_ptr<KeptSets> sets, uint32_t threads)
      : transport_(std::move(transport)), keeper_(std::move(keeper)), sets_(std::move(sets)), threads_(threads) {}

  absl::StatusOr<Answer> Check(std::span<const Number> numbers, const Subject& subject) override {
    return AskOne(keeper_->Current(), numbers, {.source = RecordSource::kFetch, .subject = subject});
  }

  absl::StatusOr<Answer> CheckOffline(std::span<const Number> numbers, const Subject& subject) override {
    absl::StatusOr<SharedCatalogue> catalogue = keeper_->Remembered();
    if (!catalogue.ok() || !(*catalogue)->usable.ok()) catalogue = keeper_->Current();
    return AskOne(std::move(catalogue), numbers, {.source = RecordSource::kKeptSets, .subject = subject});
  }

  absl::StatusOr<std::vector<PersonAnswer>> CheckEach(std::span<const std::vector<Number>> people,
                                                      const std::function<void(size_t)>& progress) override {
    if (people.size() > kMostPeopleAtOnce) {
      return FieldError(Reason::kBatchSize, "people",
                        absl::StrCat("has more than ", kMostPeopleAtOnce, ": ask about fewer at a time."));
    }
    ASSIGN_OR_RETURN(const SharedCatalogue catalogue, Usable(keeper_->Current()));
    std::vector<PersonAnswer> results;
    std::vector<std::vector<AskedNumber>> asked;
    std::vector<size_t> places;  // of those asked, among the results
    results.reserve(people.size());
    for (const std::vector<Number>& numbers : people) {
      absl::StatusOr<std::vector<AskedNumber>> read = ReadNumbers(catalogue->content, numbers);
      results.push_back(read.ok() ? PersonAnswer(Answer{}) : PersonAnswer(read.status()));  // filled below
      if (!read.ok()) continue;
      asked.push_back(*std::move(read));
      places.push_back(results.size() - 1);
    }
    if (asked.empty()) return results;
    ASSIGN_OR_RETURN(
        std::vector<Answer> answers,
        Ask(catalogue, asked, {.source = RecordSource::kWholeSets, .threads = threads_, .progress = progress}));
    for (size_t i = 0; i < answers.size(); ++i) results[places[i]] = std::move(answers[i]);
    return results;
  }

  absl::StatusOr<uint64_t> Download(std::span<const std::string> schemes,
                                    const std::function<void(uint64_t, uint64_t)>& progress) override {
    ASSIGN_OR_RETURN(SharedCatalogue catalogue, Usable(keeper_->Refresh()));
    absl::StatusOr<uint64_t> bytes = DownloadSets(catalogue->content, schemes, progress);
    if (bytes.ok() || !IsStale(bytes.status())) return bytes;
    ASSIGN_OR_RETURN(catalogue, Usable(keeper_->Refresh()));
    return DownloadSets(catalogue->content, schemes, progress);
  }

  absl::StatusOr<SharedCatalogue> Catalogue() override {
    absl::StatusOr<SharedCatalogue> newest = keeper_->Refresh();
    if (!absl::IsUnavailable(newest.status()) && !absl::IsDeadlineExceeded(newest.status())) return newest;
    absl::StatusOr<SharedCatalogue> remembered = keeper_->Remembered();
    return remembered.ok() ? remembered : newest;
  }

 private:
  // The catalogue, if checks may be made with it.
  absl::StatusOr<SharedCatalogue> Usable(absl::StatusOr<SharedCatalogue> catalogue) {
    RETURN_IF_ERROR(catalogue.status());
    RETURN_IF_ERROR((*catalogue)->usable);
    RETURN_IF_ERROR(CheckClientVersion((*catalogue)->content));
    Tidy(*catalogue);
    return catalogue;
  }

  // Once for each catalogue, not for each question: it reads the folder.
  void Tidy(const SharedCatalogue& catalogue) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (tidied_ == catalogue) return;
    sets_->DropUnlisted(catalogue->content);
    tidied_ = catalogue;
  }

  absl::StatusOr<Answer> AskOne(absl::StatusOr<SharedCatalogue> fetched, std::span<const Number> numbers,
                                InquiryOptions options) {
    ASSIGN_OR_RETURN(const SharedCatalogue catalogue, Usable(std::move(fetched)));
    ASSIGN_OR_RETURN(const std::vector<AskedNumber> asked, ReadNumbers(catalogue->content, numbers));
    ASSIGN_OR_RETURN(std::vector<Answer> answers, Ask(catalogue, {&asked, 1}, std::move(options)));
    return std::move(answers[0]);
  }

  // Asks, and once more with a fresh catalogue where this one is stale.
  absl::StatusOr<std::vector<Answer>> Ask(const SharedCatalogue& catalogue,
                                          std::span<const std::vector<AskedNumber>> people, InquiryOptions options) {
    Inquiry inquiry(transport_.get(), sets_.get(), people, std::move(options));
    absl::StatusOr<std::vector<Answer>> answers = inquiry.Attempt(catalogue);
    if (answers.ok() || !IsStale(answers.status())) return answers;
    ASSIGN_OR_RETURN(const SharedCatalogue fresh, Usable(keeper_->Refresh()));
    return inquiry.Attempt(fresh);
  }

  absl::StatusOr<uint64_t> DownloadSets(const CheckedContent& content, std::span<const std::string> schemes,
                                        const std::function<void(uint64_t, uint64_t)>& progress) {
    ASSIGN_OR_RETURN(const std::vector<const CheckedDataset*> wanted, DatasetsFor(content, schemes));
    uint64_t total = 0;
    for (const CheckedDataset* dataset : wanted) total += FileSize(*dataset);
    uint64_t before = 0;
    for (const CheckedDataset* dataset : wanted) {
      const KeptSets::Progress of_this = [&](uint64_t bytes) {
        if (progress) progress(before + bytes, total);
      };
      RETURN_IF_ERROR(sets_->Get(*transport_, *dataset, of_this).status());
      before += FileSize(*dataset);
      of_this(0);
    }
    return total;
  }

  // Of the live epochs whose scope holds one of the schemes, or of all where none is named.
  static absl::StatusOr<std::vector<const CheckedDataset*>> DatasetsFor(const CheckedContent& content,
                                                                        std::span<const std::string> schemes) {
    std::vector<const CheckedDataset*> wanted;
    std::vector<bool> known(schemes.size());
    for (const CheckedEpoch& epoch : content.epochs()) {
      if (!epoch.status.ok() || !epoch.live()) continue;
      bool take = schemes.empty();
      for (const v1::Scheme& scheme : epoch.message->schemes()) {
        for (size_t i = 0; i < schemes.size(); ++i) {
          if (schemes[i] == scheme.force() + "/" + scheme.name()) known[i] = take = true;
        }
      }
      if (!take) continue;
      for (const CheckedDataset* dataset : content.DatasetsOf(epoch.id)) {
        RETURN_IF_ERROR(dataset->status);
        wanted.push_back(dataset);
      }
    }
    if (std::find(known.begin(), known.end(), false) != known.end()) {
      return Error(Reason::kUnknownScheme, "The service has no such kind of number. Known ones are in the catalogue.");
    }
    return wanted;
  }

  const std::unique_ptr<Transport> transport_;
  const std::unique_ptr<CatalogueKeeper> keeper_;
  const std::unique_ptr<KeptSets> sets_;
  const uint32_t threads_;
  std::mutex mutex_;
  SharedCatalogue tidied_;  // guarded by mutex_; the last one by which the sets were tidied
};

}  // namespace

absl::StatusOr<std::unique_ptr<Lookup>> Lookup::Connect(const LookupOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Transport> transport, MakeGrpcTransport(options));
  return Create(std::move(transport), options);
}

absl::StatusOr<std::unique_ptr<Lookup>> Lookup::Create(std::unique_ptr<Transport> transport,
                                                       const LookupOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<CatalogueKeeper> keeper,
                   CatalogueKeeper::Create(
                       transport.get(), {options.root, options.state_directory, options.clock, options.root_changed}));
  ASSIGN_OR_RETURN(std::unique_ptr<KeptSets> sets, KeptSets::Create(options.state_directory, options.root));
  return std::make_unique<LookupImpl>(std::move(transport), std::move(keeper), std::move(sets), options.threads);
}

}  // namespace exposure
