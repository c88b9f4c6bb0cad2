#include "crypto/bodies.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/vectors.h"

namespace exposure::crypto {
namespace {

using namespace exposure::testing;

TEST(BodiesTest, ManifestsAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("manifests")) {
    SCOPED_TRACE(c["name"]);
    Manifest m;
    m.dataset_id = Array<16>(c["dataset_id"]);
    m.epoch_id = Array<16>(c["epoch_id"]);
    m.salt = Array<32>(c["salt"]);
    m.bucket_bits = static_cast<uint8_t>(Number(c["bucket_bits"]));
    m.rows_per_bucket = static_cast<uint32_t>(Number(c["rows"]));
    m.records = Number(c["records"]);
    m.rows_read = Number(c["rows_read"]);
    m.rows_indexed = Number(c["indexed"]);
    m.rows_merged = Number(c["merged"]);
    m.rows_quarantined = Number(c["quarantined"]);
    m.sealed_at = Number(c["sealed_at"]);
    m.root = Array<32>(c["root"]);
    m.details_hash = DetailsHash(AsBytes(Bytes(c["details"])));
    EXPECT_EQ(ToHex(m.details_hash), c["details_hash"]);
    const SigningKey key = *SigningKey::Decode(AsBytes(Bytes(c["signer_seed"])));
    const KeyId id = DeriveKeyId(key.public_key());
    std::copy_n(id.begin(), m.signer.size(), m.signer.begin());
    EXPECT_EQ(ToHex(Encode(m)), c["manifest"]);
    EXPECT_EQ(ToHex(key.Sign(kManifestLabel, Encode(m))), c["signature"]);
    ASSERT_OK_AND_ASSIGN(const Manifest decoded, DecodeManifest(AsBytes(Bytes(c["manifest"]))));
    EXPECT_EQ(decoded, m);
  }
}

TEST(BodiesTest, ManifestsThatDoNotAddUpAreRefused) {
  for (const Json& c : Cases("bad_manifests")) {
    SCOPED_TRACE(c["name"]);
    EXPECT_EQ(ReasonIn(DecodeManifest(AsBytes(Bytes(c["manifest"]))).status()), c["reason"]);
  }
}

TEST(BodiesTest, HeadersAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("headers")) {
    SCOPED_TRACE(c["name"]);
    const SigningKey key = *SigningKey::Decode(AsBytes(Bytes(c["signer_seed"])));
    const std::string content = Bytes(c["content"]);
    CatalogueHeader h;
    h.version = Number(c["version"]);
    h.issued = Number(c["issued"]);
    h.expires = Number(c["expires"]);
    h.previous = Array<32>(c["previous"]);
    h.content_hash = ContentHash(AsBytes(content));
    h.content_size = content.size();
    h.signer = DeriveKeyId(key.public_key());
    EXPECT_EQ(ToHex(Encode(h)), c["header"]);
    EXPECT_EQ(ToHex(HeaderHash(Encode(h))), c["header_hash"]);
    EXPECT_EQ(ToHex(key.Sign(kCatalogueLabel, Encode(h))), c["signature"]);
    ASSERT_OK_AND_ASSIGN(const CatalogueHeader decoded, DecodeHeader(AsBytes(Bytes(c["header"]))));
    EXPECT_EQ(decoded, h);
  }
}

TEST(BodiesTest, DelegationsAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("delegations")) {
    SCOPED_TRACE(c["name"]);
    const Delegation d = {Number(c["serial"]), Number(c["not_before"]), Number(c["not_after"]), Array<32>(c["key"])};
    EXPECT_EQ(ToHex(Encode(d)), c["delegation"]);
    const SigningKey root = *SigningKey::Decode(AsBytes(Bytes(c["root_seed"])));
    EXPECT_EQ(ToHex(root.Sign(kDelegationLabel, Encode(d))), c["signature"]);
    ASSERT_OK_AND_ASSIGN(const Delegation decoded, DecodeDelegation(Encode(d)));
    EXPECT_EQ(decoded, d);
  }
}

TEST(BodiesTest, RootChangesAgreeWithAnIndependentImplementation) {
  for (const Json& c : Cases("root_changes")) {
    SCOPED_TRACE(c["name"]);
    const RootChange change = {Number(c["serial"]), Number(c["not_before"]), Array<32>(c["old_root"]),
                               Array<32>(c["new_root"])};
    EXPECT_EQ(ToHex(Encode(change)), c["root_change"]);
    const SigningKey old_root = *SigningKey::Decode(AsBytes(Bytes(c["old_root_seed"])));
    const SigningKey new_root = *SigningKey::Decode(AsBytes(Bytes(c["new_root_seed"])));
    EXPECT_EQ(ToHex(old_root.Sign(kRootLabel, Encode(change))), c["old_signature"]);
    EXPECT_EQ(ToHex(new_root.Sign(kRootLabel, Encode(change))), c["new_signature"]);
    ASSERT_OK_AND_ASSIGN(const RootChange decoded, DecodeRootChange(Encode(change)));
    EXPECT_EQ(decoded, change);
  }
}

TEST(BodiesTest, OtherLayoutsAreRefused) {
  for (const Json& c : Cases("bad_bodies")) {
    SCOPED_TRACE(c["name"]);
    const std::string body = Bytes(c["body"]);
    const absl::Status status = c["kind"] == "header"       ? DecodeHeader(AsBytes(body)).status()
                                : c["kind"] == "delegation" ? DecodeDelegation(AsBytes(body)).status()
                                                            : DecodeRootChange(AsBytes(body)).status();
    EXPECT_EQ(ReasonIn(status), c["reason"]);
  }
}

}  // namespace
}  // namespace exposure::crypto
