// Templates give what Jinja gives: for lines that are hard, and for templates
// in the style of models. tests/oracles/templates.py writes the goldens.
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "model/base/bad_input.h"
#include "model/template/given_value.h"
#include "model/template/template.h"
#include "tests/file_text.h"

namespace pi_ring {
namespace {

using nlohmann::ordered_json;

const std::filesystem::path kFolder = PI_RING_TEMPLATES;

// The day of the goldens.
std::tm golden_day() {
  std::tm day{};
  day.tm_year = 2024 - 1900;
  day.tm_mon = 6;
  day.tm_mday = 26;
  return day;
}

// Nothing where the template, or what it is given, is refused.
std::optional<std::string> rendered(const std::string& source,
                                    const ordered_json& variables) {
  try {
    const Value given = given_value(variables);
    return Template(source, "golden")
        .render(*given.dict(), variables.dump().size(), golden_day())
        .bytes();
  } catch (const BadInput&) {
    return std::nullopt;
  }
}

std::optional<std::string> golden(const ordered_json& text) {
  if (text.is_null()) return std::nullopt;
  return text.get<std::string>();
}

const ordered_json& goldens() {
  static const ordered_json all =
      ordered_json::parse(file_text(kFolder / "template_goldens.json"));
  return all;
}

TEST(TemplateGoldens, LinesAreRenderedAsByJinja) {
  for (const ordered_json& line : goldens()["lines"]) {
    SCOPED_TRACE(line["name"]);
    EXPECT_EQ(rendered(line["template"], goldens()["variables"]),
              golden(line["text"]));
  }
}

TEST(TemplateGoldens, TemplatesOfModelsAreRenderedAsByJinja) {
  for (const auto& [model, texts] : goldens()["models"].items()) {
    const std::string source =
        file_text(kFolder / "templates" / (model + ".jinja"));
    for (size_t i = 0; i < texts.size(); ++i) {
      SCOPED_TRACE(model + ", conversation " + std::to_string(i));
      EXPECT_EQ(rendered(source, goldens()["conversations"][i]),
                golden(texts[i]));
    }
  }
}

}  // namespace
}  // namespace pi_ring
