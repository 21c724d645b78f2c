// Reads what the user says, and answers: at a terminal with commands such as
// /reset, and through a pipe line by line.
#pragma once

#include <functional>
#include <string>

#include "userspace/commands/chat/chat_session.h"

namespace pi_ring {

class ChatLoop {
 public:
  // `stats` returns the ranks' figures for /stats.
  ChatLoop(ChatSession& session, std::function<std::string()> stats)
      : session_(session), stats_(std::move(stats)) {}

  // Each line that is typed is a message, or a command. Returns at the end.
  void talk_at_terminal();
  // Each line of standard input is a message, whatever it begins with: a text
  // that comes from somewhere may not write files.
  void answer_lines();

 private:
  enum class Next { kMore, kQuit };

  Next obey(const std::string& line);
  Next obey(const std::string& command, const std::string& rest);
  void answer(const std::string& message);

  ChatSession& session_;
  std::function<std::string()> stats_;
};

}  // namespace pi_ring
