// A chat template: whatever it says, it renders within its bounds, as valid
// text that is marked to its end.
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "model/base/utf8.h"
#include "model/template/given_value.h"
#include "model/template/template.h"
#include "tests/file_text.h"
#include "tests/fuzz/target.h"

namespace pi_ring {
namespace {

// What a model's template gets, and a few values of other kinds.
const nlohmann::ordered_json kGiven = {
    {"messages",
     {{{"role", "user"}, {"content", " Hello <|end|>\n\u00e4\u6f22 "}},
      {{"role", "assistant"}, {"content", "<think>\nHm\n</think>\n\nHi."}},
      {{"role", "user"}, {"content", "Why, 'so' or \"so\"?"}}}},
    {"add_generation_prompt", true},
    {"bos_token", "<s>"},
    {"eos_token", "</s>"},
    {"n", 3},
    {"x", 0.5},
    {"d", {{"a", 1}, {"b", {1, 2, 3}}}}};

void check_marks(const MarkedText& text) {
  size_t end = 0;
  for (const MarkedText::Run& run : text.runs()) {
    require(run.end > end, "a run of a text is empty");
    end = run.end;
  }
  require(end == text.size(), "a text is not marked to its end");
  require(find_invalid_utf8(text.bytes()) == std::string::npos,
          "a rendered text is not UTF-8");
}

bool accepts_template(std::string_view bytes) {
  static const Value given = given_value(kGiven);
  static const size_t size = kGiven.dump().size();
  return is_accepted([&] {
    const Template parsed(bytes, "t.jinja");
    check_marks(parsed.render(*given.dict(), size, std::tm{}));
  });
}

// One line for each kind of expression and statement.
constexpr const char* kTemplateSeed =
    "{%- set ns = namespace(a=1, b=[]) -%}{% macro m(a, b='x') %}{{ a ~ b }}"
    "{% endmacro %}{% for k, v in d.items() if v is not none %}{{ loop.index }}"
    "{{ k | upper }}{{ v | tojson(indent=2) }}{% else %}-{% endfor %}"
    "{% for m in messages[::-1] %}{% if loop.first %}{% continue %}{% endif %}"
    "{{ m.content.split('\n')[0].strip() | replace('H', 'h') | indent }}"
    "{% set ns.a = ns.a + 1 %}{% if ns.a > 2 %}{% break %}{% endif %}"
    "{% endfor %}{% set t | trim %} {{ m(1, b=2) }} {% endset %}{{ t[1:] }}"
    "{{ messages | selectattr('role', 'equalto', 'user') | map(attribute="
    "'content') | join(',') }}{{ [n // 2, n % 2, n ** 2, -x, (1, 'a')] }}"
    "{{ 'a' if n in [1, 3] and not x else 'b' }}{# c #}{% raw %}{{ }}"
    "{% endraw %}{% filter upper %}q{% endfilter %}{{ range(3) | list | sum }}";

std::vector<std::string> template_seeds() {
  std::vector<std::filesystem::path> files;
  for (const auto& file :
       std::filesystem::directory_iterator(PI_RING_TEMPLATES)) {
    files.push_back(file.path());
  }
  std::ranges::sort(files);
  std::vector<std::string> seeds = {kTemplateSeed};
  for (const auto& file : files) seeds.push_back(file_text(file));
  return seeds;
}

const AddedTarget kTemplate({"template", accepts_template, template_seeds});

}  // namespace
}  // namespace pi_ring
