// Whole small files: configuration, keys, state. Never used for sources or for plaintext.
#ifndef EXPOSURE_BASE_FILE_H_
#define EXPOSURE_BASE_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace exposure {

// Returns FILE_ERROR with the path and the system's reason, also for a file of more than `max_bytes`.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes = size_t{64} << 20);

// Reads a secret into memory of the caller's and returns its length. Refuses, with the command that mends it, a file
// that group or others can access, that somebody else owns, or that is not a regular file.
// Returns KEY_FILE, also where it does not fit.
absl::StatusOr<size_t> ReadPrivateFile(const std::string& path, std::span<uint8_t> out);

// The same for a file that systemd put into $CREDENTIALS_DIRECTORY: root may own it, and its group bits may be the mask
// of an access list. Others still may not.
absl::StatusOr<size_t> ReadCredentialFile(const std::string& path, std::span<uint8_t> out);

// The same of any regular file, whoever owns it and may read it: for looking at one that is about to be found wanting.
absl::StatusOr<size_t> ReadIntoBuffer(const std::string& path, std::span<uint8_t> out);

// Overwrites a file, syncs it and removes its name. Returns FILE_ERROR, also for what is no regular file.
absl::Status OverwriteAndRemove(const std::string& path);

// The check of ReadPrivateFile alone, for --check-config.
absl::Status CheckPrivateFile(const std::string& path);

// Replaces `path` in one step with synced contents: written beside it, synced, renamed, directory synced. What is no
// regular file, or one that its owner may not write (a key), is not replaced.
// Returns DISK_FULL or FILE_ERROR; the old file is then untouched.
absl::Status WriteFileAtomically(const std::string& path, std::string_view contents, unsigned mode);

// Like WriteFileAtomically, but never replaces a file. Returns FILE_ERROR if there is one.
absl::Status WriteNewFile(const std::string& path, std::string_view contents, unsigned mode);

// Renames `from`, a synced file of the same folder, to `to` in one step; the folder is synced. Returns FILE_ERROR.
absl::Status ReplaceFile(const std::string& from, const std::string& to);

// Makes `path` and the folders above it that are missing, synced; `path` itself has mode 0700, also where it was there.
// Returns DISK_FULL, FILE_ERROR.
absl::Status MakePrivateDirectory(const std::string& path);

}  // namespace exposure

#endif  // EXPOSURE_BASE_FILE_H_
