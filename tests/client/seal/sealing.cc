#include "tests/client/seal/sealing.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "client/seal/mapping.h"
#include "crypto/bucket.h"

namespace exposure::testing {
namespace {

void AddNotice(FakeService& service, const std::string& id, const std::string& force, const std::string& scheme) {
  v1::Notice& notice = *service.content.add_incidents();
  notice.set_incident_id(id);
  notice.set_force(force);
  notice.set_version(1);
  notice.add_schemes(absl::StrCat(force, "/", scheme));
}

crypto::Categories Exposed(absl::string_view words, absl::string_view not_held) {
  crypto::Categories categories;
  const auto set = [&categories](absl::string_view list, crypto::State state) {
    for (absl::string_view word : absl::StrSplit(list, ' ', absl::SkipEmpty())) {
      v1::Category category = v1::CATEGORY_UNSPECIFIED;
      EXPECT_TRUE(v1::Category_Parse(absl::StrCat("CATEGORY_", absl::AsciiStrToUpper(word)), &category)) << word;
      categories.Set(CategoryIndex(category), state);
    }
  };
  set(words, crypto::State::kExposed);
  set(not_held, crypto::State::kNotHeld);
  return categories;
}

Sample LoadSample(const TempDir& dir, const std::string& name) {
  Sample sample{.source = dir / (name + ".csv")};
  const std::string mapping = absl::StrCat(EXPOSURE_SOURCE_DIR "/deploy/samples/", name, ".mapping.txtpb");
  sample.mapping = ParseMapping(mapping, ReadFile(mapping).value()).value();
  std::ifstream truth(dir / (name + ".truth.csv"));
  std::string line;
  std::getline(truth, line);
  EXPECT_EQ(line, "number,rows,exposed,not_held");
  while (std::getline(truth, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    int rows = 0;
    EXPECT_TRUE(absl::SimpleAtoi(cells.at(1), &rows));
    sample.truth[cells[0]] = {.source_rows = static_cast<uint16_t>(rows),
                              .categories = Exposed(cells.at(2), cells.at(3))};
  }
  return sample;
}

}  // namespace

OpenedFile OpenFile(const std::string& path) {
  const std::string file = ReadFile(path).value();
  OpenedFile opened{.head = crypto::DecodeDatasetHead(AsBytes(file)).value()};
  EXPECT_EQ(opened.head.file_size(), file.size());
  EXPECT_TRUE(opened.details.ParseFromString(opened.head.details));
  const std::string_view rest = std::string_view(file).substr(opened.head.buckets_offset());
  crypto::DatasetVerifier verifier(opened.head.manifest);
  EXPECT_TRUE(verifier.Update(AsBytes(rest)).ok());
  EXPECT_TRUE(verifier.Finish().ok());
  for (uint64_t i = 0; i < opened.head.manifest.buckets(); ++i) {
    const uint64_t size = opened.head.manifest.bucket_bytes();
    opened.buckets.emplace_back(rest.substr(i * size, size));
  }
  return opened;
}

std::string SmallSource(const std::vector<std::string>& rows) {
  std::string text = "Pay No,Surname,Photo,Ref\n";
  for (const std::string& row : rows) absl::StrAppend(&text, row, "\n");
  return text;
}

v1::Mapping SmallMapping() {
  return ParseMapping("small", R"(force: "met" scheme: "pay" key_column: "Pay No" key_category: CATEGORY_PAY_NUMBER
                                  columns { column: "Surname" category: CATEGORY_NAME }
                                  columns { column: "Photo" category: CATEGORY_PHOTO }
                                  columns { column: "Ref" ignore: true })")
      .value();
}

Desk::Desk() {
  v1::Scheme pay = FakeService::MakeScheme("met", "pay", 47000, 1, 6);
  pay.mutable_rule()->add_prefix_words("NO");
  v1::Scheme number = FakeService::MakeScheme("psni", "service", 9483, 0, 6);
  number.mutable_rule()->set_min_digits(1);
  number.mutable_rule()->set_pad_digits_to(6);
  service.AddEpoch({pay}, 8, 8);
  service.AddEpoch({number}, 6, 6);
  AddNotice(service, kMet, "met", "pay");
  AddNotice(service, kPsni, "psni", "service");
  service.Issue();
  keeper = CatalogueKeeper::Create(&liar, {.root = service.root.public_key(), .clock = [this] { return service.now; }})
               .value();
}

std::unique_ptr<Sealer> Desk::MakeSealer(const std::string& force) {
  return MakeSealer(crypto::SigningKey::Decode(service.custodians.at(force).Reveal()).value());
}

std::unique_ptr<Sealer> Desk::MakeSealer(crypto::SigningKey key) {
  return Sealer::Create(&liar, keeper.get(), std::move(key), [this] { return service.now; }).value();
}

SealOptions Desk::Write(std::string_view source) {
  SealOptions options{.sources = {dir / "people.csv"},
                      .mapping = SmallMapping(),
                      .incident_id = kMet,
                      .output = dir / "out.dataset",
                      .threads = 1};
  EXPECT_TRUE(WriteFileAtomically(options.sources[0], source, 0600).ok());
  return options;
}

void Desk::Publish(const std::string& path) {
  service.AddFile(ReadFile(path).value());
  service.Issue();
}

crypto::RecordKeys Desk::KeysOf(const OpenedFile& file, const std::string& number) const {
  const crypto::Manifest& manifest = file.head.manifest;
  const v1::Mapping& mapping = file.details.mapping();
  const std::string input = absl::StrCat("exposure/v1/", mapping.force(), "/", mapping.scheme(), "/", number);
  return crypto::DeriveRecordKeys(service.Finalised(manifest.epoch_id, input), manifest.epoch_id, manifest.dataset_id,
                                  manifest.salt);
}

std::optional<crypto::RecordContent> Desk::Find(const OpenedFile& file, const std::string& number) const {
  const crypto::Manifest& manifest = file.head.manifest;
  const v1::Mapping& mapping = file.details.mapping();
  const std::string input = absl::StrCat("exposure/v1/", mapping.force(), "/", mapping.scheme(), "/", number);
  const crypto::Output f = service.Finalised(manifest.epoch_id, input);
  const uint32_t index = crypto::BucketIndex(f, manifest.epoch_id, manifest.bucket_bits);
  const absl::StatusOr<std::optional<crypto::RecordContent>> found =
      crypto::FindRecord(crypto::DeriveRecordKeys(f, manifest.epoch_id, manifest.dataset_id, manifest.salt),
                         {.epoch_id = manifest.epoch_id,
                          .dataset_id = manifest.dataset_id,
                          .bucket_bits = manifest.bucket_bits,
                          .index = index},
                         AsBytes(file.buckets.at(index)));
  EXPECT_TRUE(found.ok()) << found.status();
  return *found;
}

const Sample& GetSample(const std::string& name) {
  static const auto* const samples = [] {
    static const TempDir dir;  // of this process; gone when it ends
    const std::string command = absl::StrCat("python3 " EXPOSURE_SOURCE_DIR "/deploy/samples/generate.py --scale 0.02 ",
                                             "--truth --out '", dir.path(), "'");
    EXPECT_EQ(std::system(command.c_str()), 0);
    return new std::map<std::string, Sample>{{"met", LoadSample(dir, "met")}, {"psni", LoadSample(dir, "psni")}};
  }();
  return samples->at(name);
}

}  // namespace exposure::testing
