// Rotating the root and revoking an online key, as operators do it, against a real exposured.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/client/cli/service.h"

namespace exposure::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeyChangeTest : public ServiceTest {
 protected:
  // The configuration with `extra` behind it, and the catalogue's key as given; the service is restarted.
  void Restart(const std::string& extra, const std::string& catalogue_key = "catalogue") {
    Stop();
    std::string config = kServiceConfig;
    config.replace(config.find("\"catalogue\""), 11, "\"" + catalogue_key + "\"");
    std::ofstream(dir_ / "exposured.txtpb") << config << extra;
    Start();
  }
  void Delegate(const std::string& root, const std::string& catalogue_key, const std::string& serial) {
    ASSERT_EQ(Exposure({"keys", "delegate", "--root", dir_ / root, "--catalogue", dir_ / (catalogue_key + ".pub"),
                        "--out", dir_ / "delegation.txtpb", "--serial", serial})
                  .code,
              0);
  }
  Ran Fetch() { return Ask({"catalogue", "fetch", "--out", dir_ / "catalogue.bin"}); }
  std::string FingerprintOf(const std::string& key) {
    return nlohmann::json::parse(Exposure({"keys", "inspect", dir_ / key, "--json"}).out)["fingerprint"];
  }
};

TEST_F(KeyChangeTest, ClientsFollowANewRootAndAreToldToPinIt) {
  ASSERT_EQ(Fetch().code, 0);
  ASSERT_EQ(Exposure({"keys", "generate", "root", "--out", dir_ / "root-2"}).code, 0);
  ASSERT_EQ(Exposure({"keys", "rotate", "root", "--old", dir_ / "root", "--new", dir_ / "root-2", "--out",
                      dir_ / "change.txtpb"})
                .code,
            0);
  Delegate("root-2", "catalogue", "9000000000");
  Restart("root_change_files: \"change.txtpb\"\n");
  const Ran first = Fetch();
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("--root sha256:" + FingerprintOf("root-2.pub")));
  EXPECT_THAT(Fetch().err, Not(HasSubstr("root key has changed"))) << "it is said once";
  // What was fetched verifies offline under both roots.
  for (const std::string& root : {dir_ / "root.pub", "sha256:" + FingerprintOf("root.pub"), dir_ / "root-2.pub"}) {
    EXPECT_EQ(Exposure({"catalogue", "verify", dir_ / "catalogue.bin", "--root", root}).code, 0) << root;
  }
  // Whoever has the old root is too late.
  Delegate("root", "catalogue", "9000000001");
  Restart("");
  const Ran late = Fetch();
  EXPECT_EQ(late.code, 3);
  EXPECT_THAT(late.err, HasSubstr("BAD_DELEGATION"));
}

TEST_F(KeyChangeTest, AFingerprintIsEnough) {
  const std::string root = "sha256:" + FingerprintOf("root.pub");
  const Ran ran = Exposure(
      {"catalogue", "fetch", "--out", dir_ / "c", "--server", address_, "--root", root, "--state-dir", dir_ / "s"});
  EXPECT_EQ(ran.code, 0) << ran.err;
}

TEST_F(KeyChangeTest, AStolenOnlineKeyIsRevokedByADelegationWithAHigherSerial) {
  Delegate("root", "catalogue", "9000000000");
  Restart("");
  ASSERT_EQ(Fetch().code, 0);
  const std::string stolen = ReadAll(dir_ / "delegation.txtpb");
  ASSERT_EQ(Exposure({"keys", "rotate", "catalogue", "--out", dir_ / "catalogue-2"}).code, 0);
  Delegate("root", "catalogue-2", "9000000001");
  Restart("", "catalogue-2");
  const Ran fresh = Fetch();
  ASSERT_EQ(fresh.code, 0) << fresh.err;
  // The thief's service: the stolen key, and its delegation, which has not ended.
  std::ofstream(dir_ / "delegation.txtpb") << stolen;
  Restart("");
  const Ran thief = Fetch();
  EXPECT_EQ(thief.code, 3);
  EXPECT_THAT(thief.err, HasSubstr("DELEGATION_OLD"));
}

}  // namespace
}  // namespace exposure::testing
