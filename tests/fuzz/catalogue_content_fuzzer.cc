// A catalogue's content from a signer who cannot be trusted.
#include <cstddef>
#include <cstdint>

#include "proto/rules/catalogue_content.h"
#include "proto/rules/notice_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto content = exposure::CheckedContent::Parse(exposure::AsChars({data, size}));
  if (!content.ok()) return 0;
  for (const auto& notice : content->message().incidents()) (void)exposure::NoticeProblems(notice);
  for (const auto& epoch : content->epochs()) (void)content->DatasetsOf(epoch.id);
  return 0;
}
