// Only this file knows yaml-cpp.
#include "userspace/commands/rank/rank_config.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/wording.h"

namespace pi_ring {
namespace {

constexpr const char* kExpected = "expected lines of \"name: value\"";
constexpr size_t kLongestReason = 1000;  // a parser's may repeat a whole file

// A file may not set these: they say what the call does.
bool is_of_the_call(const std::string& name) {
  return name == "help" || name == "config";
}

// Lists the settings that a file may have.
std::string known_settings(const CLI::App& command) {
  std::string names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (!is_of_the_call(name)) names += (names.empty() ? "" : ", ") + name;
    }
  }
  return names;
}

// Notes where the documents of a text begin.
class DocumentStarts : public YAML::EventHandler {
 public:
  // Looks for two at most: at some damage yaml-cpp finds documents without end,
  // so YAML::LoadAll would not return.
  explicit DocumentStarts(const std::string& text) {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(*this)) parser.HandleNextDocument(*this);
  }

  const std::vector<YAML::Mark>& marks() const { return marks_; }

 private:
  using Mark = YAML::Mark;
  using Style = YAML::EmitterStyle::value;
  using Text = const std::string&;
  using Anchor = YAML::anchor_t;

  void OnDocumentStart(const Mark& mark) override { marks_.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const Mark&, Anchor) override {}
  void OnAlias(const Mark&, Anchor) override {}
  void OnScalar(const Mark&, Text, Anchor, Text) override {}
  void OnSequenceStart(const Mark&, Text, Anchor, Style) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const Mark&, Text, Anchor, Style) override {}
  void OnMapEnd() override {}

  std::vector<YAML::Mark> marks_;
};

class Reader {
 public:
  Reader(const std::filesystem::path& file, CLI::App& command)
      : file_(file), command_(command) {}

  void read() {
    const YAML::Node settings = parse(text());
    // A mapping keeps both settings of one name, in the order of the file.
    for (const auto& setting : settings) take(setting.first, setting.second);
  }

 private:
  std::string text() const {
    std::ifstream stream(file_);
    if (!stream || std::filesystem::is_directory(file_)) {
      throw BadInput(file_, std::string("cannot be read, ") + kExpected);
    }
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  // Returns the only document, which is a mapping.
  YAML::Node parse(const std::string& text) const {
    const YAML::Node document = load(text);
    if (document.IsNull()) {
      throw BadInput(file_, std::string("has no settings, ") + kExpected);
    }
    if (!document.IsMap()) {
      refuse(document.Mark(), "is not \"name: value\"");
    }
    return document;
  }

  YAML::Node load(const std::string& text) const {
    try {
      const DocumentStarts starts(text);
      if (starts.marks().size() > 1) {
        refuse(starts.marks()[1], "begins a second document, expected one");
      }
      return YAML::Load(text);
    } catch (const YAML::Exception& error) {
      refuse(error.mark, error.msg + ", " + kExpected);
    }
  }

  void take(const YAML::Node& key, const YAML::Node& value) {
    CLI::Option& option = option_of(key);
    const std::string& name = key.Scalar();
    if (value.IsSequence() || value.IsMap()) {
      refuse(key.Mark(), name + " has several values, expected one");
    }
    if (!value.IsScalar() || value.Scalar().empty()) {
      refuse(key.Mark(), name + " has no value, " + kExpected);
    }
    if (option.count() > 0) return;  // the call has set it
    try {
      option.add_result(value.Scalar());
      option.run_callback();
    } catch (const CLI::Error& error) {
      refuse(key.Mark(), error.what());
    }
  }

  // Finds the option of this name, which must not have been set before.
  CLI::Option& option_of(const YAML::Node& key) {
    const std::string name = key.IsScalar() ? key.Scalar() : "";
    CLI::Option* option = command_.get_option_no_throw("--" + name);
    if (option == nullptr || is_of_the_call(name)) {
      refuse(key.Mark(), "there is no setting \"" + name + "\", expected " +
                             known_settings(command_));
    }
    const auto [first, is_new] = lines_.emplace(name, line_of(key.Mark()));
    if (!is_new) {
      refuse(key.Mark(), name + " is already set in line " +
                             std::to_string(first->second) + ", expected once");
    }
    return *option;
  }

  static int line_of(const YAML::Mark& mark) { return mark.line + 1; }

  [[noreturn]] void refuse(const YAML::Mark& mark,
                           const std::string& reason) const {
    throw BadInput(file_, "line " + std::to_string(line_of(mark)) + ": " +
                              on_one_line(reason, kLongestReason));
  }

  const std::filesystem::path& file_;
  CLI::App& command_;
  std::map<std::string, int> lines_;  // where each setting is
};

}  // namespace

void read_config_file(const std::filesystem::path& file, CLI::App& command) {
  Reader(file, command).read();
}

}  // namespace pi_ring
