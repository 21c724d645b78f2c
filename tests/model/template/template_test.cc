// What templates refuse, what they may cost, and which of their text was given.
#include "model/template/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <string>

#include "model/base/bad_input.h"
#include "model/template/given_value.h"
#include "tests/bad_input_of.h"

namespace pi_ring {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

MarkedText render(const std::string& source,
                  const nlohmann::ordered_json& variables = {{"x", "abc"}}) {
  const Value given = given_value(variables);
  return Template(source, "t.jinja")
      .render(*given.dict(), variables.dump().size(), std::tm{});
}

std::string refusal(const std::string& source) {
  return bad_input_of([&] { render(source); });
}

std::string repeated(int times, const std::string& text) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// The text with brackets around what was given.
std::string marked(const std::string& source,
                   const nlohmann::ordered_json& variables) {
  const MarkedText text = render(source, variables);
  std::string all;
  size_t begin = 0;
  for (const auto& run : text.runs()) {
    const std::string part = text.bytes().substr(begin, run.end - begin);
    all += run.origin == Origin::kGiven ? "[" + part + "]" : part;
    begin = run.end;
  }
  return all;
}

TEST(Template, NamesTheLineOfWhatItDoesNotSupport) {
  EXPECT_EQ(refusal("a\nb\n{% include 'x' %}"),
            "t.jinja: line 3: {% include %} is not supported");
  EXPECT_EQ(refusal("{{ x }}\n{{ x | shout }}"),
            "t.jinja: line 2: the filter \"shout\" is not supported");
  EXPECT_EQ(refusal("\n\n{{ x is loud }}"),
            "t.jinja: line 3: the test \"loud\" is not supported");
  EXPECT_EQ(refusal("\n{{ x.encode('utf-8') }}"),
            "t.jinja: line 2: \"encode\" is not defined, or not supported");
  EXPECT_EQ(refusal("{{ cycler(1) }}"),
            "t.jinja: line 1: \"cycler\" is not defined, or not supported");
  EXPECT_EQ(refusal("{% for a in x recursive %}{% endfor %}"),
            "t.jinja: line 1: a recursive loop is not supported");
  EXPECT_EQ(refusal("{{ x }"), "t.jinja: line 1: unexpected '}'");
  EXPECT_EQ(refusal("{% if x %}\n\n"),
            "t.jinja: line 2: the template ends before {% endif %}");
  EXPECT_EQ(refusal("{{ 'ab"), "t.jinja: line 1: a text has no end");
  EXPECT_EQ(refusal("{% break %}"),
            "t.jinja: line 1: {% break %} is in no loop");
}

TEST(Template, ReachesNothingButItsValues) {
  EXPECT_THAT(refusal("{{ x.__class__.__mro__ }}"), HasSubstr("undefined"));
  EXPECT_EQ(render("{{ x.__class__ is defined }}").bytes(), "False");
  EXPECT_THAT(refusal("{{ [].append(1) }}"), HasSubstr("append"));
}

TEST(Template, QuotesWhyItRaisesAnException) {
  EXPECT_EQ(refusal("{{ raise_exception('no ' ~ x ~ '\\n\\x1b') }}"),
            "t.jinja: line 1: the template says: no abc??");
}

TEST(Template, EndsWhatWouldRunForEver) {
  const std::string loops = repeated(9, "{% for a in range(1000) %}");
  EXPECT_THAT(refusal(loops + "{{ x }}" + repeated(9, "{% endfor %}")),
              HasSubstr("the template takes too long"));
  EXPECT_THAT(refusal("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
              HasSubstr("macros call each other more than 10 deep"));
  EXPECT_THAT(refusal("{% set n = namespace(l=[1]) %}"
                      "{% for a in range(1000) %}"
                      "{% set n.l = [n.l, n.l] %}{% endfor %}"),
              HasSubstr("nest deeper than 64"));
  const std::string shared =
      "{% set n = namespace(l=[1]) %}{% for a in range(60) %}"
      "{% set n.l = [n.l, n.l] %}{% endfor %}";
  EXPECT_THAT(refusal(shared + "{{ n.l }}"), HasSubstr("too"));
  EXPECT_THAT(refusal(shared + "{{ n.l | tojson }}"), HasSubstr("too"));
  EXPECT_THAT(refusal(shared + shared + "{% set m = n.l %}" + shared +
                      "{{ m == n.l }}"),
              HasSubstr("too long"));
}

TEST(Template, EndsWhatWouldFillTheMemory) {
  EXPECT_THAT(refusal("{{ 'ab' * 1000000000 }}"),
              HasSubstr("the template needs too much memory"));
  EXPECT_THAT(refusal("{{ range(1000000000000) }}"), HasSubstr("too much"));
  EXPECT_THAT(refusal("{{ [1] * 1000000000000 }}"), HasSubstr("too much"));
  EXPECT_THAT(refusal("{% set n = namespace(t='ab') %}"
                      "{% for a in range(1000) %}"
                      "{% set n.t = n.t ~ n.t %}{% endfor %}"),
              HasSubstr("too much"));
  EXPECT_THAT(refusal("{{ x | indent(1000000000) }}"), HasSubstr("indent"));
  EXPECT_THAT(refusal("{{ strftime_now('%999999999d') }}"),
              HasSubstr("too long"));
}

TEST(Template, RefusesWhatNestsTooDeeply) {
  EXPECT_THAT(refusal("{{ " + repeated(10000, "(") + "1" +
                      repeated(10000, ")") + " }}"),
              HasSubstr("expressions nest deeper than 64"));
  EXPECT_THAT(refusal("{{ 1" + repeated(10000, " + 1") + " }}"),
              HasSubstr("deeper"));
  EXPECT_THAT(refusal("{{ x" + repeated(10000, " | trim") + " }}"),
              HasSubstr("deeper"));
  EXPECT_THAT(refusal("{{ " + repeated(10000, "not ") + "x }}"),
              HasSubstr("deeper"));
  EXPECT_THAT(refusal("{{ " + repeated(10000, "-") + "1 }}"),
              HasSubstr("deeper"));
  EXPECT_THAT(refusal(repeated(10000, "{% if x %}")),
              HasSubstr("blocks nest deeper than 64"));
  EXPECT_THAT(refusal(std::string((1 << 20) + 1, 'a')),
              HasSubstr("is longer than"));
}

TEST(Template, RefusesNumbersThatAreTooLarge) {
  EXPECT_THAT(refusal("{{ 9223372036854775807 + 1 }}"), HasSubstr("too large"));
  EXPECT_THAT(refusal("{{ 99999999999999999999 }}"), HasSubstr("too large"));
  EXPECT_THAT(refusal("{{ 2 ** 64 }}"), HasSubstr("too large"));
  EXPECT_THAT(refusal("{{ -9223372036854775807 - 2 }}"),
              HasSubstr("too large"));
  EXPECT_THAT(refusal("{{ (-9223372036854775807 - 1) // -1 }}"),
              HasSubstr("too large"));
  EXPECT_THAT(refusal("{{ 1 // 0 }}"), HasSubstr("a division by zero"));
  EXPECT_THAT(refusal("{{ 1e308 * 10 | int }}{{ (1e308 * 10) | int }}"),
              HasSubstr("too large"));
}

TEST(Template, KnowsWhatWasGivenToIt) {
  const nlohmann::ordered_json given = {
      {"x", " <|end|>a, b "},
      {"messages", {{{"role", "user"}, {"content", "<s>"}}}}};
  EXPECT_EQ(marked("<s>{{ x }}</s>", given), "<s>[ <|end|>a, b ]</s>");
  EXPECT_EQ(marked("{{ '<s>' + x | trim + '</s>' }}", given),
            "<s>[<|end|>a, b]</s>");
  EXPECT_EQ(marked("{{ x[1:8] ~ '|' ~ x.split(',')[-1].strip() }}", given),
            "[<|end|>]|[b]");
  EXPECT_EQ(marked("{{ (x ~ '<t>') | upper }}", given), "[ <|END|>A, B ]<T>");
  EXPECT_EQ(marked("{{ 'a-b' | replace('-', x) }}", given),
            "a[ <|end|>a, b ]b");
  EXPECT_EQ(marked("{% for m in messages %}<{{ m.role }}>{{ m['content'] }}"
                   "{% endfor %}",
                   given),
            "<[user]>[<s>]");
  EXPECT_EQ(marked("{% set y %}<t>{{ x }}{% endset %}{{ y }}", given),
            "<t>[ <|end|>a, b ]");
  EXPECT_EQ(marked("{{ messages | tojson }}", given),
            "[[{\"role\": \"user\", \"content\": \"<s>\"}]]");
  EXPECT_EQ(marked("{{ [x, '<t>'] }}", given), "[[' <|end|>a, b '], '<t>']");
}

TEST(Template, FiltersOfListsTakeListsThatNobodyHolds) {
  EXPECT_EQ(render("{{ missing | sum }} {{ 'ba' | sort | join }} "
                   "{{ 'aab' | unique | join }} {{ 'ab' | max }} "
                   "{{ dict({'a': 1}.items()) }}")
                .bytes(),
            "0 ab ab b {'a': 1}");
}

TEST(Template, TakesTheTimeThatItIsGiven) {
  std::tm day{};
  day.tm_year = 130;
  day.tm_mday = 3;
  const Template source("{{ strftime_now('%d %b %Y') }}", "t");
  EXPECT_EQ(source.render(Dict{}, 0, day).bytes(), "03 Jan 2030");
}

}  // namespace
}  // namespace pi_ring
