// Any text as exposured.txtpb, in a folder without keys: BAD_CONFIG, each time with a place. A text that names files
// outside that folder is not tried: it could name a device.
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <stdlib.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "server/config.h"

namespace {

using exposure::config::v1::ServerConfig;

void Require(bool condition) {
  if (!condition) std::abort();
}

class Silent final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, google::protobuf::io::ColumnNumber, const std::string&) override {}
};

// A folder of this process's own.
struct Folder {
  Folder() {
    Require(mkdtemp(path.data()) != nullptr);
    std::ofstream(path + "/keys.json") << R"({"keys": []})";
  }
  ~Folder() { std::filesystem::remove_all(path); }

  std::string path = "/tmp/config_fuzzer-XXXXXX";
};

// Whether a string of the message may leave the folder.
bool LeavesTheFolder(const google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  const auto leaves = [](const std::string& text) { return text.starts_with('/') || text.find("..") != text.npos; };
  for (const google::protobuf::FieldDescriptor* field : fields) {
    const bool is_text = field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING;
    const bool is_message = field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE;
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 0;
    for (int i = 0; i < count; ++i) {
      if (is_text && leaves(reflection.GetRepeatedString(message, field, i))) return true;
      if (is_message && LeavesTheFolder(reflection.GetRepeatedMessage(message, field, i))) return true;
    }
    if (field->is_repeated()) continue;
    if (is_text && leaves(reflection.GetString(message, field))) return true;
    if (is_message && LeavesTheFolder(reflection.GetMessage(message, field))) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Folder folder;
  const std::string_view text = exposure::AsChars({data, size});
  ServerConfig sent;
  google::protobuf::TextFormat::Parser parser;
  Silent silent;
  parser.RecordErrorsTo(&silent);
  if (parser.ParseFromString(std::string(text), &sent) && LeavesTheFolder(sent)) return 0;

  const std::string path = folder.path + "/exposured.txtpb";
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  const auto config = exposure::server::LoadConfig(path, exposure::server::Roles::All());
  Require(exposure::ReasonOf(config.status()) == exposure::Reason::kBadConfig);
  Require(std::string(config.status().message()).starts_with(path + ":"));
  return 0;
}
