#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "client/answer.h"
#include "client/words.h"

namespace exposure {
namespace {

using Json = nlohmann::ordered_json;

Json NoticeJson(const v1::Notice& notice) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(notice, &text, options).ok()) return nullptr;
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

Json CategoriesJson(const Verdict& verdict) {
  Json lists = {{"exposed", Json::array()},
                {"possibly_exposed", Json::array()},
                {"not_held", Json::array()},
                {"unknown", Json::array()}};
  for (int c = 0; c < crypto::kCategoryCount; ++c) {
    const auto category = static_cast<v1::Category>(c + 1);
    const bool spoken_of =
        std::find(verdict.spoken_of.begin(), verdict.spoken_of.end(), category) != verdict.spoken_of.end();
    switch (verdict.categories.Get(c)) {
      case crypto::State::kExposed:
        lists["exposed"].push_back(CategoryKey(category));
        break;
      case crypto::State::kPossiblyExposed:
        lists["possibly_exposed"].push_back(CategoryKey(category));
        break;
      case crypto::State::kNotHeld:
        lists["not_held"].push_back(CategoryKey(category));
        break;
      case crypto::State::kUnknown:
        if (spoken_of) lists["unknown"].push_back(CategoryKey(category));
        break;
    }
  }
  return lists;
}

Json CoverageJson(const Coverage& coverage) {
  return {{"scheme", coverage.scheme},
          {"as_at", coverage.as_at},
          {"rows_read", coverage.rows_read},
          {"rows_indexed", coverage.rows_indexed},
          {"rows_merged", coverage.rows_merged},
          {"rows_quarantined", coverage.rows_quarantined},
          {"people_declared", coverage.people_declared}};
}

Json ProblemJson(const absl::Status& problem) {
  const std::optional<Reason> reason = ReasonOf(problem);
  const std::string word = reason ? std::string(ReasonWord(*reason)) : absl::StatusCodeToString(problem.code());
  return {{"reason", word}, {"message", std::string(problem.message())}};
}

Json VerdictJson(const Verdict& verdict) {
  Json json = {{"incident_id", verdict.notice->incident_id()}, {"verdict", VerdictWord(verdict.kind)}};
  if (verdict.kind == VerdictKind::kExposed) {
    json["categories"] = CategoriesJson(verdict);
    json["source_rows"] = verdict.source_rows;
  }
  json["coverage"] = Json::array();
  for (const Coverage& coverage : verdict.coverage) json["coverage"].push_back(CoverageJson(coverage));
  json["needs"] = verdict.needs;
  if (!verdict.problem.ok()) json["problem"] = ProblemJson(verdict.problem);
  json["notice"] = NoticeJson(*verdict.notice);
  return json;
}

}  // namespace

std::string ToJson(const Answer& answer) {
  Json json = {{"schema", "exposure.answer/1"}, {"complete", answer.complete()}, {"verdicts", Json::array()}};
  for (const Verdict& verdict : answer.verdicts) json["verdicts"].push_back(VerdictJson(verdict));
  const AnswerProof& proof = answer.proof;
  json["proof"] = {{"catalogue_version", proof.catalogue_version},
                   {"catalogue_issued", proof.catalogue_issued},
                   {"catalogue_expires", proof.catalogue_expires},
                   {"content_hash", proof.content_hash},
                   {"numbers", proof.numbers},
                   {"fetches", proof.fetches},
                   {"revealed_bits", proof.revealed_bits},
                   {"whole_set", proof.whole_set}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace exposure
