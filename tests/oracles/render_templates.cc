// Renders templates for the comparison with Jinja: a JSON list of objects with
// "template" and "variables" in, a list of texts out, or of {"error": reason}.
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>

#include "model/base/bad_input.h"
#include "model/base/json_text.h"
#include "model/base/mapped_file.h"
#include "model/template/given_value.h"
#include "model/template/template.h"

namespace pi_ring {
namespace {

using nlohmann::ordered_json;

// 2024-07-26, for strftime_now().
std::tm fixed_time() {
  std::tm time{};
  time.tm_year = 124;
  time.tm_mon = 6;
  time.tm_mday = 26;
  time.tm_wday = 5;
  time.tm_yday = 207;
  return time;
}

ordered_json rendered(const ordered_json& each) {
  try {
    const Template parsed(each.at("template").get<std::string>(), "template");
    const ordered_json& variables = each.at("variables");
    const Value given = given_value(variables);
    return parsed.render(*given.dict(), variables.dump().size(), fixed_time())
        .bytes();
  } catch (const std::runtime_error& error) {
    return {{"error", error.what()}};
  }
}

void render_all(const char* file) {
  ordered_json results = ordered_json::array();
  for (const ordered_json& each :
       ordered_json::parse(MappedFile(file).text())) {
    results.push_back(rendered(each));
  }
  std::cout << results.dump() << '\n';
}

}  // namespace
}  // namespace pi_ring

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  pi_ring::render_all(argv[1]);
  return 0;
}
