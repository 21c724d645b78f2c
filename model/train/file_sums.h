// The sizes and checksums of the files that one rank wrote.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "model/base/checksum.h"

namespace pi_ring {

using FileSums = std::map<std::string, FileSum>;  // by the file's name

nlohmann::ordered_json to_json(const FileSum& sum);
// Throws BadInput, with the name of `manifest`, where the object is not a sum.
// A number alone is a size without a checksum.
FileSum file_sum_from(const nlohmann::json& object,
                      const std::filesystem::path& manifest);

nlohmann::ordered_json to_json(const FileSums& sums);
// Throws BadInput also where a file is listed that no rank writes, or one is
// not listed that each rank writes.
FileSums file_sums_from(const nlohmann::json& object,
                        const std::filesystem::path& manifest);

// A rank leaves its sums in its folder, for the head, which takes them into the
// manifest when all ranks have written. take_file_sums() throws
// std::system_error where a rank's file is not in the folder.
void leave_file_sums(const FileSums& sums,
                     const std::filesystem::path& rank_folder);
FileSums take_file_sums(const std::filesystem::path& rank_folder);

}  // namespace pi_ring
