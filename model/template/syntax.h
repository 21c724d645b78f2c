// What a template says, as a tree.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/template/value.h"

namespace pi_ring {

struct Expression {
  enum class Kind {
    kConstant,
    kName,
    kList,
    kTuple,
    kDict,       // key, value, key, value ...
    kAttribute,  // parts[0].name
    kItem,       // parts[0][parts[1]]
    kSlice,      // parts[0][parts[1]:parts[2]:parts[3]]
    kCall,       // parts[0](parts[1], ..., named)
    kFilter,     // parts[0] | name(parts[1], ..., named)
    kTest,       // parts[0] is name(parts[1], ..., named)
    kNot,
    kNegate,
    kPlus,
    kAnd,
    kOr,
    kChoice,      // parts[0] if parts[1] else parts[2]
    kArithmetic,  // parts[0] name parts[1]
    kJoin,        // all parts, with ~ between
    kCompare,     // parts[0] operators[0] parts[1] operators[1] ...
  };

  Kind kind = Kind::kConstant;
  int line = 0;
  int height = 1;  // of the tree
  std::string name = {};
  Value constant = {};
  std::vector<Expression> parts = {};
  std::vector<std::pair<std::string, Expression>> named = {};
  std::vector<std::string> operators = {};
};

// Where a value is put: a name, an attribute of a namespace, or several names.
struct Target {
  std::vector<std::string> names;  // "x", or several that a list is put into
  std::string attribute;           // names[0].attribute; empty: none
  bool is_tuple = false;
};

struct Statement;
using Statements = std::vector<Statement>;

// name(parameter, parameter=default)
struct Macro {
  std::string name;
  std::vector<std::pair<std::string, Expression>> parameters;
  std::vector<bool> has_default;  // by parameter
  Statements body;
};

struct Statement {
  enum class Kind {
    kText,      // text
    kPrint,     // expressions[0]
    kIf,        // expressions and blocks; one more block is the else
    kFor,       // target in expressions[0] if expressions[1]; body, else
    kSet,       // target = expressions[0]
    kSetBlock,  // target = blocks[0], through the filter expressions[0] if any
    kFilter,    // blocks[0] through expressions[0]
    kMacro,
    kBreak,
    kContinue,
  };

  Kind kind = Kind::kText;
  int line = 0;
  MarkedText text = {};
  Target target = {};
  std::vector<Expression> expressions = {};
  std::vector<Statements> blocks = {};
  std::vector<Macro> macro = {};  // one, of kMacro
};

}  // namespace pi_ring
