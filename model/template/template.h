// A template in the language Jinja, as models bring them to say how a
// conversation becomes a text. It is data from outside: what it costs is
// bounded, and it reaches nothing but the values it is given.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "model/template/marked_text.h"
#include "model/template/syntax.h"
#include "model/template/value.h"

namespace pi_ring {

class Template {
 public:
  // `name` stands in errors, such as a file's. Throws BadInput with the line
  // where the source is not a template, or has a statement that is not
  // supported.
  Template(std::string_view source, std::string name);

  // Renders with these variables; `given` bytes are what they take together.
  // strftime_now() writes `now`. Throws BadInput with the line.
  MarkedText render(const Dict& variables, size_t given,
                    const std::tm& now) const;

 private:
  std::string name_;
  size_t size_;
  Statements statements_;
};

}  // namespace pi_ring
