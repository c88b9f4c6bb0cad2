#include "server/auditor.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/status_macros.h"
#include "crypto/hash.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace exposure::server {
namespace {

using crypto::AuditEvent;
using storage::CountedRefusal;

constexpr char kService[] = "service";  // who: nobody asked for it
constexpr char kUnknown[] = "unknown";
constexpr char kConfiguration[] = "configuration";

std::string Serialised(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

std::string HashText(const crypto::Hash& hash) { return "hash=" + ToHex(hash); }

std::string DatasetText(const crypto::DatasetId& dataset) { return "dataset=" + ToHex(dataset); }

// "2026-11-24T06Z" of Unix seconds.
std::string HourText(uint64_t time) {
  return absl::FormatTime("%Y-%m-%dT%HZ", absl::FromUnixSeconds(static_cast<int64_t>(time)), absl::UTCTimeZone());
}

// What the log takes, so that no name, even one that no rule of ours allows, keeps a refusal from being recorded.
std::string Name(std::string_view who) {
  return crypto::CheckAuditEvent({std::string(who), kUnknown, ""}).ok() ? std::string(who) : kUnknown;
}

AuditEvent RefusedEvent(const storage::Refusal& refusal, uint64_t count) {
  return {.who = refusal.who,
          .what = "refused",
          .object = absl::StrCat("method=", refusal.method, " reason=", refusal.reason, " count=", count)};
}

}  // namespace

std::string AuditDirectory(const std::string& data_directory, const Roles& roles) {
  const char* role = roles.catalogue ? "catalogue" : roles.evaluator ? "evaluator" : "signer";
  return absl::StrCat(data_directory, "/audit/", role);
}

crypto::Hash ConfigurationHash(const LoadedConfig& config) {
  const std::string settings = Serialised(config.settings);
  std::string size;
  AppendBigEndian(uint64_t{settings.size()}, size);
  return crypto::Sha256(
      {AsBytes(crypto::Label(kConfiguration)), AsBytes(size), AsBytes(settings), AsBytes(Serialised(config.content))});
}

Auditor::Auditor(std::unique_ptr<storage::AuditLog> log, storage::Clock clock)
    : log_(std::move(log)), clock_(std::move(clock)) {}

absl::Status Auditor::Record(std::string_view who, std::string_view what, std::string object) {
  return log_->Append({{.who = Name(who), .what = std::string(what), .object = std::move(object)}});
}

absl::Status Auditor::Started(const Roles& roles, std::string_view version, const crypto::Hash& configuration) {
  std::vector<AuditEvent> events = {
      {kService, "start", absl::StrCat("version=", std::string(version), " roles=", RolesText(roles))}};
  if (log_->NewestObject(kConfiguration) != HashText(configuration)) {
    events.push_back({kService, kConfiguration, HashText(configuration)});
  }
  return log_->Append(events);
}

absl::Status Auditor::KeyLoaded(std::string_view kind, BytesView id) {
  return Record(kService, "load-key", absl::StrCat("kind=", std::string(kind), " id=", ToHex(id)));
}

absl::Status Auditor::Stopped() {
  RETURN_IF_ERROR(RecordRefused(refused_.TakeAll()));
  return Record(kService, "stop", "");
}

absl::Status Auditor::GrantGiven(std::string_view who, const crypto::EpochId& epoch, std::string_view incident,
                                 std::string_view caller, uint64_t rows, uint32_t runs) {
  return Record(who, "grant",
                absl::StrCat("caller=", std::string(caller), " incident=", std::string(incident),
                             " epoch=", ToHex(epoch), " rows=", rows, " runs=", runs));
}

absl::Status Auditor::SurgeProposed(std::string_view who, const crypto::EpochId& epoch, uint32_t factor,
                                    uint32_t hours) {
  return Record(who, "propose-surge", absl::StrCat("epoch=", ToHex(epoch), " factor=", factor, " hours=", hours));
}

absl::Status Auditor::SurgeApproved(std::string_view who, BytesView surge_id) {
  return Record(who, "approve-surge", absl::StrCat("surge=", ToHex(surge_id)));
}

absl::Status Auditor::Exported(std::string_view who, uint64_t from) {
  return Record(who, "export", absl::StrCat("from=", from));
}

absl::Status Auditor::Alarmed(std::string_view consumer, const crypto::EpochId& epoch, std::string_view shape) {
  return Record(consumer, "alarm", absl::StrCat("epoch=", ToHex(epoch), " shape=", std::string(shape)));
}

absl::Status Auditor::CatalogueSigned(std::string_view who, uint64_t version) {
  return Record(who, "sign-catalogue", absl::StrCat("version=", version));
}

absl::Status Auditor::ReceiptSigned(std::string_view who, const crypto::DatasetId& dataset) {
  return Record(who, "sign-receipt", DatasetText(dataset));
}

absl::Status Auditor::Loaded(std::string_view who, const crypto::DatasetId& dataset) {
  return Record(who, "load", DatasetText(dataset));
}

absl::Status Auditor::Published(std::string_view who, const crypto::DatasetId& dataset,
                                const std::optional<crypto::DatasetId>& replaces) {
  return Record(who, "publish", DatasetText(dataset) + (replaces ? " replaces=" + ToHex(*replaces) : ""));
}

absl::Status Auditor::Retracted(std::string_view who, const crypto::DatasetId& dataset) {
  return Record(who, "retract", DatasetText(dataset));
}

absl::Status Auditor::Removed(const crypto::DatasetId& dataset, std::string_view cause) {
  return Record(kService, "remove", absl::StrCat(DatasetText(dataset), " cause=", std::string(cause)));
}

absl::Status Auditor::NoticePublished(std::string_view who, std::string_view incident) {
  return Record(who, "publish-notice", absl::StrCat("incident=", std::string(incident)));
}

absl::Status Auditor::NoticeEdited(std::string_view who, std::string_view incident) {
  return Record(who, "edit-notice", absl::StrCat("incident=", std::string(incident)));
}

absl::Status Auditor::Failed(std::string_view who, std::string_view what, std::string_view reason) {
  return Record(who, "failed", absl::StrCat("what=", std::string(what), " reason=", std::string(reason)));
}

void Auditor::Refused(std::string_view who, std::string_view method, std::string_view reason) {
  const storage::Refusal refusal{.who = Name(who), .method = Name(method), .reason = Name(reason)};
  if (refused_.Add(refusal) && !log_->Append({RefusedEvent(refusal, 1)}).ok()) {
    refused_.GiveBack({{.refusal = refusal, .count = 1}});
  }
}

absl::Status Auditor::Checks(std::string_view consumer, uint64_t hour, uint64_t count) {
  return Record(consumer, "checks", absl::StrCat("hour=", HourText(hour), " count=", count));
}

absl::Status Auditor::Tick() { return RecordRefused(refused_.Take(clock_())); }

absl::Status Auditor::RecordRefused(const std::vector<CountedRefusal>& refused) {
  if (refused.empty()) return absl::OkStatus();
  std::vector<AuditEvent> events;
  events.reserve(refused.size());
  for (const CountedRefusal& sum : refused) events.push_back(RefusedEvent(sum.refusal, sum.count));
  absl::Status status = log_->Append(events);
  if (!status.ok()) refused_.GiveBack(refused);
  return status;
}

}  // namespace exposure::server
