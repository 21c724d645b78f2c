// Cuts a template into text and the tokens of its tags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pi_ring {

struct TemplateToken {
  enum class Kind {
    kText,   // outside of tags
    kBegin,  // {% or {{
    kEnd,    // %} or }}
    kName,
    kString,  // without quotes and escapes
    kInteger,
    kFloat,
    kOperator,
    kEndOfTemplate,
  };

  Kind kind;
  int line;
  std::string text;
};

// White space around tags is treated as chat templates expect it (Jinja's
// trim_blocks and lstrip_blocks are on). Throws TemplateFault with the line.
std::vector<TemplateToken> lex_template(std::string_view source);

}  // namespace pi_ring
