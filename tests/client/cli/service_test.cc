// The program `exposure` from outside, against a real exposured.
#include "tests/client/cli/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/client/cli/pty.h"

namespace exposure::cli {
namespace {

using ::exposure::testing::Exposure;
using ::exposure::testing::Pty;
using ::exposure::testing::Ran;
using ::exposure::testing::ReadAll;
using ::exposure::testing::ServiceTest;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kNotice[] = EXPOSURE_SOURCE_DIR "/deploy/samples/met-2023-supplier.notice.txtpb";
constexpr char kMapping[] = R"(
force: "met" scheme: "pay" key_column: "Pay No" key_category: CATEGORY_PAY_NUMBER
columns { column: "Surname" category: CATEGORY_NAME }
columns { column: "Photo" category: CATEGORY_PHOTO }
declared_people: 41
)";

class CliServiceTest : public ServiceTest {
 protected:
  void PublishNotice() {
    const Ran ran = Ask({"notice", "publish", kNotice});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }

  // 40 people P000100 … P000139, one of them twice, and a row without a number.
  void SealAndPublish() {
    PublishNotice();
    std::ofstream(dir_ / "mapping.txtpb") << kMapping;
    std::ofstream source(dir_ / "met.csv");
    source << "Pay No,Surname,Photo\n";
    for (int i = 100; i < 140; ++i) source << "P000" << i << ",Invented," << (i % 2 == 0 ? "yes" : "") << "\n";
    source << "P000100,Invented,yes\n,Invented,yes\n";
    source.close();
    const Ran sealed = Ask({"seal", dir_ / "met.csv", "--mapping", dir_ / "mapping.txtpb", "--incident",
                            "met-2023-supplier", "--key", dir_ / "custodian", "--out", dir_ / "met.dataset", "--as-at",
                            "2023-09-02", "--difference-explained", "one row has no number", "--json"});
    ASSERT_EQ(sealed.code, 0) << sealed.err;
    const json result = json::parse(sealed.out);
    dataset_id_ = result["dataset_id"];
    EXPECT_EQ(result["reconciliation"]["rows_read"], 42);
    EXPECT_EQ(result["reconciliation"]["rows_indexed"], 40);
    const Ran published = Ask({"publish", dir_ / "met.dataset"});
    ASSERT_EQ(published.code, 0) << published.err;
    EXPECT_THAT(published.out, HasSubstr(dataset_id_));
  }

  // It is there, says what was retracted, and is believed under this root only.
  void ExpectReceipt(const std::string& path) {
    const Ran verified = Exposure({"receipt", "verify", path, "--root", dir_ / "root.pub"});
    EXPECT_EQ(verified.code, 0) << verified.err;
    EXPECT_THAT(verified.out, AllOf(HasSubstr(dataset_id_), HasSubstr("40 records"), HasSubstr("it was retracted")));
    EXPECT_EQ(Exposure({"receipt", "verify", path, "--root", std::string(64, 'a')}).code, 3);
    const std::string before = ReadAll(path);
    std::filesystem::remove(path);
    EXPECT_EQ(Ask({"retract", dataset_id_, "--receipts", dir_.path()}).code, 0) << "it can be had again";
    EXPECT_EQ(ReadAll(path), before);
    std::string changed = before;
    const size_t at = changed.find("receipt: \"") + 60;
    changed[at] = changed[at] == '0' ? '1' : '0';
    std::ofstream(path) << changed;
    const Ran refused = Exposure({"receipt", "verify", path, "--root", dir_ / "root.pub"});
    EXPECT_EQ(refused.code, 3);
    EXPECT_THAT(refused.err, HasSubstr("BAD_RECEIPT"));
  }

  std::string dataset_id_;
};

// The year after this one.
int NextYear() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  return 1900 + parts.tm_year + 1;
}

std::string VerdictOf(const Ran& ran) {
  const json answer = json::parse(ran.out, nullptr, false);
  return answer.is_discarded() ? "no JSON: " + ran.out + ran.err : answer["verdicts"][0]["verdict"].get<std::string>();
}

TEST_F(CliServiceTest, AnUnknownForceOrSchemeListsTheKnown) {
  const Ran force = Ask({"check"}, "z987/pay A123456\n");
  EXPECT_EQ(force.code, 2);
  EXPECT_THAT(force.err, AllOf(HasSubstr("UNKNOWN_FORCE"), HasSubstr("met (Metropolitan Police)")));
  const Ran scheme = Ask({"check", "--force", "met", "--scheme", "warrant"}, "A123456\n");
  EXPECT_EQ(scheme.code, 2);
  EXPECT_THAT(scheme.err, AllOf(HasSubstr("UNKNOWN_SCHEME"), HasSubstr("pay (Pay number)")));
  EXPECT_THAT(force.err + scheme.err, AllOf(Not(HasSubstr("987")), Not(HasSubstr("123456"))));
}

TEST_F(CliServiceTest, ANumberThatDoesNotFitIsNotRepeated) {
  const Ran ran = Ask({"check", "--force", "met", "--scheme", "pay"}, "98765\n");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("BAD_NUMBER"), Not(HasSubstr("98765"))));
  EXPECT_EQ(Ask({"check", "--force", "met", "--scheme", "pay"}, "\n\n").code, 2);
}

TEST_F(CliServiceTest, NoticesOutliveTheService) {
  PublishNotice();
  const Ran before = Ask({"notices", "--lang", "en"});
  EXPECT_EQ(before.code, 0) << before.err;
  EXPECT_THAT(before.out, AllOf(HasSubstr("Metropolitan Police: supplier breach"), HasSubstr("As last confirmed")));
  Stop();
  const Ran after = Exposure({"notices", "--lang", "en", "--server", address_, "--root", dir_ / "root.pub",
                              "--state-dir", dir_ / "state", "--timeout", "2"});
  EXPECT_EQ(after.code, 0) << after.err;
  EXPECT_THAT(after.out, AllOf(HasSubstr("Metropolitan Police: supplier breach"), HasSubstr("cannot be reached now")));
  EXPECT_THAT(after.err, HasSubstr("UNAVAILABLE")) << "why it was not reached";
}

TEST_F(CliServiceTest, ANoticeIsPublishedOnceAndUpdatedByVersion) {
  PublishNotice();
  const Ran again = Ask({"notice", "publish", kNotice});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, AllOf(HasSubstr("INCIDENT_EXISTS"), HasSubstr("notice update")));
  const Ran unversioned = Ask({"notice", "update", kNotice});
  EXPECT_EQ(unversioned.code, 2);
  EXPECT_THAT(unversioned.err, HasSubstr("version: 1"));
  std::ofstream(dir_ / "edited.txtpb") << ReadAll(kNotice) << "version: 1\n";
  const Ran updated = Ask({"notice", "update", dir_ / "edited.txtpb", "--json"});
  EXPECT_EQ(updated.code, 0) << updated.err;
  EXPECT_EQ(json::parse(updated.out)["notice_version"], 2);
  EXPECT_THAT(Ask({"notice", "update", dir_ / "edited.txtpb"}).err, HasSubstr("NOTICE_CHANGED"));
}

TEST_F(CliServiceTest, ACatalogueIsFetchedExportedAndVerifiedOffline) {
  PublishNotice();
  ASSERT_EQ(Ask({"catalogue", "fetch", "--out", dir_ / "c.bin"}).code, 0);
  ASSERT_EQ(Ask({"catalogue", "export", "--out", dir_ / "c.json"}).code, 0);
  Stop();
  for (const char* file : {"c.bin", "c.json"}) {
    EXPECT_EQ(Exposure({"catalogue", "verify", dir_ / file, "--root", dir_ / "root.pub"}).code, 0) << file;
  }
  ASSERT_EQ(Exposure({"keys", "generate", "root", "--out", dir_ / "other"}).code, 0);
  EXPECT_EQ(Exposure({"catalogue", "verify", dir_ / "c.bin", "--root", dir_ / "other.pub"}).code, 3);

  json exported = json::parse(ReadAll(dir_ / "c.json"));
  EXPECT_EQ(exported["rendering"]["incidents"][0]["incident_id"], "met-2023-supplier");
  std::string content = exported["content"];
  content[200] = content[200] == 'A' ? 'B' : 'A';
  exported["content"] = content;
  std::ofstream(dir_ / "bad.json") << exported.dump();
  EXPECT_EQ(Exposure({"catalogue", "verify", dir_ / "bad.json", "--root", dir_ / "root.pub"}).code, 3);
}

TEST_F(CliServiceTest, CataloguesAreCompared) {
  ASSERT_EQ(Ask({"catalogue", "fetch", "--out", dir_ / "before"}).code, 0);
  PublishNotice();
  ASSERT_EQ(Ask({"catalogue", "fetch", "--out", dir_ / "c.bin"}).code, 0);
  const Ran routes = Ask({"catalogue", "compare", "--with", address_, "--json"});
  EXPECT_EQ(routes.code, 0) << routes.err;
  const json result = json::parse(routes.out);
  EXPECT_EQ(result["same"], true);
  EXPECT_EQ(result["shown"][0]["header_hash"], result["shown"][1]["header_hash"]);
  const Ran older = Ask({"catalogue", "compare", dir_ / "before"});
  EXPECT_EQ(older.code, 0) << older.err;
  EXPECT_THAT(older.out, HasSubstr("One chain"));
  EXPECT_EQ(Ask({"catalogue", "compare"}).code, 2);
  const Ran with = Exposure({"catalogue", "compare", dir_ / "before", "--with", address_, "--root", dir_ / "root.pub",
                             "--state-dir", dir_ / "state"});
  EXPECT_EQ(with.code, 0) << with.err;
  Stop();
  const Ran files = Exposure({"catalogue", "compare", dir_ / "c.bin", dir_ / "c.bin", "--root", dir_ / "root.pub"});
  EXPECT_EQ(files.code, 0) << files.err;
  EXPECT_THAT(files.out, HasSubstr("The same catalogue"));

  // The same keys sign another history.
  std::filesystem::remove_all(dir_ / "data");
  std::filesystem::remove(dir_ / "catalogue.chain");
  Start();
  const std::string other = EXPOSURE_SOURCE_DIR "/deploy/samples/south-yorkshire-2023-footage.notice.txtpb";
  ASSERT_EQ(Ask({"notice", "publish", other}).code, 0);
  const Ran split = Ask({"catalogue", "compare", dir_ / "c.bin"});
  EXPECT_EQ(split.code, 3);
  EXPECT_THAT(split.err, AllOf(HasSubstr("CATALOGUE_SPLIT"), HasSubstr("header ")));
}

TEST_F(CliServiceTest, ADelegationThatEndsSoonIsTold) {
  ASSERT_EQ(Exposure({"keys", "delegate", "--root", dir_ / "root", "--catalogue", dir_ / "catalogue.pub", "--out",
                      dir_ / "short.txtpb", "--days", "10", "--serial", "9"})
                .code,
            0);
  Stop();
  std::filesystem::rename(dir_ / "short.txtpb", dir_ / "delegation.txtpb");
  Start();
  const Ran fetched = Ask({"catalogue", "fetch", "--out", dir_ / "c.bin"});
  EXPECT_EQ(fetched.code, 0) << fetched.err;
  EXPECT_THAT(fetched.err, HasSubstr("delegation of the catalogue's key ends in "));
  EXPECT_EQ(json::parse(Ask({"notices", "--json"}).out)["catalogue"]["warnings"].size(), 1u);
  EXPECT_THAT(Ask({"notices", "--verbose"}).err, HasSubstr("warning"));
  Stop();
  EXPECT_THAT(ReadAll(dir_ / "log"), HasSubstr("warning The delegation of the catalogue's key ends in "));
}

// What is said on the command line counts, whatever the environment says.
TEST_F(CliServiceTest, OptionsComeBeforeTheEnvironment) {
  PublishNotice();
  ASSERT_EQ(Ask({"catalogue", "fetch", "--out", dir_ / "c.bin"}).code, 0);
  ASSERT_EQ(Exposure({"keys", "generate", "root", "--out", dir_ / "other"}).code, 0);
  setenv("EXPOSURE_ROOT", (dir_ / "root.pub").c_str(), 1);
  setenv("EXPOSURE_SERVER", address_.c_str(), 1);
  EXPECT_EQ(Exposure({"catalogue", "verify", dir_ / "c.bin"}).code, 0);
  EXPECT_EQ(Exposure({"catalogue", "verify", dir_ / "c.bin", "--root", dir_ / "other.pub"}).code, 3);
  EXPECT_EQ(Exposure({"catalogue", "fetch", "--out", dir_ / "d.bin", "--server", "127.0.0.1:1", "--timeout", "2"}).code,
            5);
  unsetenv("EXPOSURE_ROOT");
  unsetenv("EXPOSURE_SERVER");
}

// Nothing is published on, or retracted from, a service of another root, and the seed stays.
TEST_F(CliServiceTest, AServiceOfAnotherRootIsGivenNothing) {
  SealAndPublish();
  ASSERT_EQ(Exposure({"keys", "generate", "root", "--out", dir_ / "other"}).code, 0);
  std::ofstream(dir_ / "met.dataset.resume") << "seed";
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"publish", dir_ / "met.dataset"}, {"retract", dataset_id_}}) {
    std::vector<std::string> arguments = command;
    for (const std::string& option : {std::string("--server"), address_, std::string("--root"), dir_ / "other.pub",
                                      std::string("--state-dir"), dir_ / "elsewhere"}) {
      arguments.push_back(option);
    }
    EXPECT_EQ(Exposure(arguments).code, 3) << command[0];
  }
  EXPECT_EQ(access((dir_ / "met.dataset.resume").c_str(), F_OK), 0);
  EXPECT_EQ(VerdictOf(Ask({"check", "--json"}, "met/pay P000100\n")), "EXPOSED");
}

TEST_F(CliServiceTest, ADelegationNeverTakesAKeysPlaceAndItsSerialIsACount) {
  const auto delegate = [&](const std::string& out, const std::string& serial) {
    return Exposure({"keys", "delegate", "--root", dir_ / "root", "--catalogue", dir_ / "catalogue.pub", "--out", out,
                     "--serial", serial})
        .code;
  };
  const std::string root = ReadAll(dir_ / "root");
  EXPECT_NE(delegate(dir_ / "root", "5"), 0);
  EXPECT_EQ(ReadAll(dir_ / "root"), root);
  for (const char* serial : {"-1", "0x1g", "18446744073709551615"})
    EXPECT_EQ(delegate(dir_ / "new", serial), 2) << serial;
  EXPECT_EQ(access((dir_ / "new").c_str(), F_OK), -1);
  EXPECT_EQ(delegate(dir_ / "new", "5"), 0);
}

TEST_F(CliServiceTest, WhatADatasetIsMadeFromIsNotItsOutput) {
  PublishNotice();
  std::ofstream(dir_ / "mapping.txtpb") << kMapping;
  std::ofstream(dir_ / "met.csv") << "Pay No,Surname,Photo\nP000100,Invented,yes\n";
  const auto seal = [&](const std::string& option, const std::string& value) {
    return Ask({"seal", dir_ / "met.csv", "--mapping", dir_ / "mapping.txtpb", "--incident", "met-2023-supplier",
                "--key", dir_ / "custodian", option, value});
  };
  for (const char* input : {"met.csv", "mapping.txtpb", "custodian"}) {
    const std::string before = ReadAll(dir_ / input);
    const Ran ran = seal("--out", dir_ / input);
    EXPECT_EQ(ran.code, 2) << input;
    EXPECT_THAT(ran.err, HasSubstr("--out"));
    EXPECT_EQ(ReadAll(dir_ / input), before);
  }
  for (const char* date : {"629229", "2023-13-45", "2023-02-30", "2999-01-01", "P000100"}) {
    const Ran ran = seal("--as-at", date);
    EXPECT_EQ(ran.code, 2) << date;
    EXPECT_THAT(ran.err, AllOf(HasSubstr("--as-at"), Not(HasSubstr(date))));
  }
}

// What a draft leaves to the custodian is filled in as the draft says, and nothing else.
TEST_F(CliServiceTest, ADraftOfASourceWithoutAHeaderLeadsToADatasetWithEverybody) {
  PublishNotice();
  std::ofstream source(dir_ / "met.csv");
  for (int i = 100; i < 140; ++i) source << "P000" << i << ",Invented," << (i % 2 == 0 ? "yes" : "") << "\n";
  source.close();
  std::string draft = Exposure({"inspect", dir_ / "met.csv", "--mapping"}).out;
  const auto fill_in = [&draft](const std::string& from, const std::string& to) {
    const size_t at = draft.find(from);
    ASSERT_NE(at, draft.npos) << from << " in\n" << draft;
    draft.replace(at, from.size(), to);
  };
  fill_in("force: \"\"", "force: \"met\"");
  fill_in("scheme: \"\"", "scheme: \"pay\" key_category: CATEGORY_PAY_NUMBER");
  fill_in("key_column: \"\"  # \"column 1 (A)\"?", "key_column: \"column 1 (A)\"  #");
  fill_in("\"column 2 (B)\" }", "\"column 2 (B)\" category: CATEGORY_NAME }");
  fill_in("\"column 3 (C)\" }", "\"column 3 (C)\" category: CATEGORY_PHOTO }");
  fill_in("declared_people: 0", "declared_people: 40");
  std::ofstream(dir_ / "mapping.txtpb") << draft;

  const Ran sealed = Ask({"seal", dir_ / "met.csv", "--mapping", dir_ / "mapping.txtpb", "--incident",
                          "met-2023-supplier", "--key", dir_ / "custodian", "--out", dir_ / "met.dataset", "--json"});
  ASSERT_EQ(sealed.code, 0) << sealed.err;
  const json sums = json::parse(sealed.out)["reconciliation"];
  EXPECT_EQ(sums["rows_read"], 40);
  EXPECT_EQ(sums["rows_indexed"], 40);
  EXPECT_EQ(sums["categories"]["photo"]["exposed"], 20);
  EXPECT_EQ(sums["categories"]["photo"]["unknown"], 20);
  ASSERT_EQ(Ask({"publish", dir_ / "met.dataset"}).code, 0);
  const Ran verified = Ask({"verify-published", dir_ / "met.csv", "--mapping", dir_ / "mapping.txtpb", "--incident",
                            "met-2023-supplier", "--json"});
  ASSERT_EQ(verified.code, 0) << verified.err;
  EXPECT_EQ(json::parse(verified.out)["found"], 40);
}

TEST_F(CliServiceTest, DatesOfADatasetAreGivenAndChanged) {
  SealAndPublish();
  EXPECT_EQ(Ask({"publish", dir_ / "met.dataset", "--review", "2027-13-01"}).code, 2);
  const Ran past = Ask({"publish", dir_ / "met.dataset", "--end", "2020-01-01"});
  EXPECT_EQ(past.code, 2);
  EXPECT_THAT(past.err, HasSubstr("The end date is past"));
  const std::string next_year = std::to_string(NextYear());
  const Ran changed = Ask({"publish", dir_ / "met.dataset", "--end", next_year + "-01-02"});
  ASSERT_EQ(changed.code, 0) << changed.err;
  EXPECT_THAT(changed.out, AllOf(HasSubstr("End: " + next_year + "-01-02, was "), HasSubstr("Review: ")));
  const Ran repeated = Ask({"publish", dir_ / "met.dataset", "--replaces", std::string(32, 'a')});
  EXPECT_EQ(repeated.code, 0) << repeated.err;
  EXPECT_THAT(repeated.out, AllOf(HasSubstr("Nothing was replaced now"), Not(HasSubstr(", was "))));
  const Ran itself = Ask({"publish", dir_ / "met.dataset", "--replaces", dataset_id_});
  EXPECT_EQ(itself.code, 2);
  EXPECT_THAT(itself.err, AllOf(HasSubstr("BAD_USAGE"), HasSubstr("--replaces")));
  const json rendering = json::parse(Ask({"catalogue", "export"}).out)["rendering"];
  EXPECT_NE(rendering["datasets"][0]["ends_at"], "0");
  EXPECT_THAT(Ask({"notices", "--verbose"}).out, HasSubstr("2 Jan " + next_year));
}

TEST_F(CliServiceTest, FromSourceToAnswerAndBack) {
  PublishNotice();
  EXPECT_EQ(VerdictOf(Ask({"check", "--json"}, "met/pay P000100\n")), "CANNOT_BE_CHECKED_YET");
  Stop();
  std::filesystem::remove_all(dir_ / "data");  // begin anew: SealAndPublish publishes the notice itself
  std::filesystem::remove(dir_ / "catalogue.chain");
  std::filesystem::remove_all(dir_ / "state");
  std::filesystem::remove(dir_ / "address");
  Start();
  SealAndPublish();
  EXPECT_EQ(access((dir_ / "met.dataset.resume").c_str(), F_OK), -1) << "the seed was left after publication";

  const Ran exposed = Ask({"check", "--force", "met", "--scheme", "pay", "--json"}, "P000100\n");
  EXPECT_EQ(exposed.code, 0);
  EXPECT_EQ(VerdictOf(exposed), "EXPOSED");
  EXPECT_EQ(VerdictOf(Ask({"check", "--json"}, "met/pay P000999\n")), "NOT_IN_THIS_DATASET");
  EXPECT_EQ(VerdictOf(Ask({"check", "--json"}, "met/pay P000999\nmet/pay P000139\n")), "EXPOSED");
  EXPECT_THAT(Ask({"check"}, "met/pay P000100\n").out, HasSubstr("EXPOSED"));

  const Ran verified = Ask({"verify-published", dir_ / "met.csv", "--mapping", dir_ / "mapping.txtpb", "--incident",
                            "met-2023-supplier", "--json"});
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_EQ(json::parse(verified.out)["found"], json::parse(verified.out)["rows"]);

  ASSERT_EQ(Ask({"download"}).code, 0);
  EXPECT_EQ(VerdictOf(Ask({"check", "--offline-set", "--json"}, "met/pay P000100\n")), "EXPOSED");

  const Ran retracted = Ask({"retract", "--incident", "met-2023-supplier", "--receipts", dir_.path()});
  EXPECT_EQ(retracted.code, 0) << retracted.err;
  EXPECT_THAT(retracted.out, AllOf(HasSubstr(dataset_id_), HasSubstr("because it was retracted")));
  EXPECT_EQ(VerdictOf(Ask({"check", "--json"}, "met/pay P000100\n")), "CANNOT_BE_CHECKED");
  EXPECT_THAT(Ask({"check"}, "met/pay P000100\n").out, HasSubstr("the list was removed on"));
  EXPECT_THAT(Ask({"notices", "--lang", "en"}).out,
              AllOf(HasSubstr("can no longer be checked by met/pay"), Not(HasSubstr("You can check by number"))));
  EXPECT_THAT(Ask({"notices", "--lang", "cy"}).out,
              AllOf(HasSubstr("Ni ellir gwirio"), Not(HasSubstr("Gallwch wirio yn ôl rhif"))));
  ExpectReceipt(dir_ / (dataset_id_ + ".receipt"));
}

TEST_F(CliServiceTest, NothingIsRetractedWithoutAPlaceForItsReceipt) {
  SealAndPublish();
  const Ran nowhere = Ask({"retract", dataset_id_, "--receipts", dir_ / "missing"});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("Nothing was retracted"));
  EXPECT_EQ(VerdictOf(Ask({"check", "--json"}, "met/pay P000100\n")), "EXPOSED");

  const std::string receipt = dir_ / (dataset_id_ + ".receipt");
  std::filesystem::create_directory(receipt);
  const Ran unwritten = Ask({"retract", dataset_id_, "--receipts", dir_.path()});
  EXPECT_EQ(unwritten.code, 1);
  EXPECT_THAT(unwritten.err, AllOf(HasSubstr("is retracted; its receipt could not be written"),
                                   HasSubstr("`exposure retract " + dataset_id_ + "` writes it again")));
  std::filesystem::remove(receipt);
  EXPECT_THAT(Ask({"retract", "--incident", "met-2023-supplier", "--receipts", dir_.path()}).err,
              HasSubstr("give the dataset's id"));
  EXPECT_EQ(Ask({"retract", dataset_id_, "--receipts", dir_.path()}).code, 0);
  EXPECT_TRUE(std::filesystem::is_regular_file(receipt));
}

TEST_F(CliServiceTest, EachLineIsAPersonOfItsOwn) {
  SealAndPublish();
  const Ran ran = Ask({"check", "--each", "--force", "met", "--scheme", "pay", "--json"},
                      "P000100\nP000999\nnonsense\n\nmet/pay P000101\nelsewhere/pay 5\n");
  EXPECT_EQ(ran.code, 2) << ran.err;  // some numbers did not fit
  std::vector<std::string> rows;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    const json row = json::parse(line);
    EXPECT_EQ(row["row"], rows.size() + 1);
    rows.push_back(row.contains("error") ? row["error"] : row["verdicts"][0]["verdict"]);
  }
  EXPECT_THAT(rows, ::testing::ElementsAre("EXPOSED", "NOT_IN_THIS_DATASET", "BAD_NUMBER", "BAD_NUMBER", "EXPOSED",
                                           "UNKNOWN_FORCE"));
  EXPECT_THAT(ran.out + ran.err, AllOf(Not(HasSubstr("P000")), Not(HasSubstr("nonsense"))));
}

// At a real terminal: the number is never shown, a crash would leave no core, and the answer comes on the terminal.
TEST_F(CliServiceTest, APersonAtATerminal) {
  SealAndPublish();
  int master = -1;
  const pid_t child = forkpty(&master, nullptr, nullptr, nullptr);
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::vector<std::string> arguments = {
        EXPOSURE_BINARY_DIR "/bin/exposure", "check", "--force", "met", "--scheme", "pay", "--lang", "en"};
    for (const std::string& option : Service()) arguments.push_back(option);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  std::string pending;
  std::string shown;
  const auto reply = [&](std::string_view question, std::string_view typed) {
    ASSERT_TRUE(Pty::WaitFor(master, question, pending, shown)) << shown;
    ASSERT_EQ(write(master, typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
  };
  reply("Type it (not shown):", "P000100\n");
  EXPECT_EQ(shown.find("In danger now? Call 999."), 0u) << shown;
  EXPECT_THAT(ReadAll("/proc/" + std::to_string(child) + "/limits"),
              ::testing::ContainsRegex("Max core file size +0 +0"));
  reply("Type it again:", "P000100\n");
  reply("another number", "\n");
  reply("Show the answer now?", "y\n");
  ASSERT_TRUE(Pty::WaitFor(master, "EXPOSED", pending, shown)) << shown;
  Pty::WaitFor(master, "\x01 never comes: read to the end", pending, shown);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_THAT(shown, Not(HasSubstr("P000100")));
  close(master);
}

}  // namespace
}  // namespace exposure::cli
