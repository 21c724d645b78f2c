#include "userspace/commands/chat/chat_loop.h"

#include <iostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "model/base/bad_input.h"
#include "model/base/new_file.h"
#include "model/base/wording.h"
#include "userspace/commands/chat/line_editor.h"
#include "userspace/commands/text_output.h"
#include "userspace/commands/wrong_word.h"

namespace pi_ring {
namespace {

constexpr const char* kCommandsHelp =
    "/reset         begin a new conversation\n"
    "/system TEXT   put this text before the conversation\n"
    "/save FILE     write the conversation as JSON\n"
    "/stats         show the figures of the last answer and of each rank\n"
    "/help          show this list\n"
    "/quit          end, as Ctrl-D on an empty line does\n"
    "Ctrl-C stops an answer; the arrow keys recall and edit lines. A message\n"
    "that begins with / needs a space before it.\n";

const std::vector<std::string> kChatCommands = {"/reset", "/system", "/save",
                                                "/stats", "/help",   "/quit"};

void save(const std::string& text, const std::string& file) {
  if (file.empty()) return tell_user("/save needs the name of a file");
  try {
    NewFile saved(file);
    saved.write(text);
    saved.commit();
    tell_user("saved as " + in_quotes(file));
  } catch (const std::system_error& error) {
    tell_user(error.what());
  }
}

void refuse(const std::string& command) {
  const std::string near = nearest(command, kChatCommands);
  tell_user(
      command + " is not a command" +
      (near.empty() ? "; /help lists them" : "; did you mean " + near + "?"));
}

std::string without_spaces(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

void ChatLoop::talk_at_terminal() {
  LineEditor editor;
  std::string line;
  bool ends_at_interrupt = false;
  while (true) {
    const LineEditor::Input input = editor.read(line);
    if (input == LineEditor::Input::kEnd) break;
    if (input == LineEditor::Input::kInterrupted) {
      if (ends_at_interrupt && line.empty()) return;
      tell_user("Ctrl-C once more ends the chat");
      ends_at_interrupt = true;
      continue;
    }
    ends_at_interrupt = false;
    if (without_spaces(line).empty()) continue;
    if (obey(line) == Next::kQuit) return;
  }
  std::cerr << '\n';
}

ChatLoop::Next ChatLoop::obey(const std::string& line) {
  if (!line.starts_with('/')) {
    answer(line);
    return Next::kMore;
  }
  const size_t space = line.find(' ');
  return obey(without_spaces(line.substr(0, space)),
              space == line.npos ? "" : without_spaces(line.substr(space)));
}

ChatLoop::Next ChatLoop::obey(const std::string& command,
                              const std::string& rest) {
  if (command == "/quit") return Next::kQuit;
  if (command == "/reset") {
    session_.reset();
    tell_user("a new conversation begins");
  } else if (command == "/system") {
    session_.set_system(rest);
    tell_user(rest.empty() ? "no text stands before the conversation"
                           : "this text stands before the conversation");
  } else if (command == "/save") {
    save(session_.as_json(), rest);
  } else if (command == "/stats") {
    std::cerr << stats_();
  } else if (command == "/help") {
    std::cerr << kCommandsHelp;
  } else {
    refuse(command);
  }
  return Next::kMore;
}

// At a terminal, what is wrong with a message does not end the chat.
void ChatLoop::answer(const std::string& message) {
  try {
    session_.answer(message);
  } catch (const BadInput& error) {
    tell_user(error.what());
  }
}

void ChatLoop::answer_lines() {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.ends_with('\r')) line.pop_back();
    if (without_spaces(line).empty()) continue;
    session_.answer(line);
  }
}

}  // namespace pi_ring
