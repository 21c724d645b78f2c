#include "userspace/commands/chat/line_editor.h"

#include <histedit.h>

#include <clocale>
#include <cstdio>
#include <stdexcept>

namespace pi_ring {
namespace {

constexpr int kMostLines = 1000;  // to recall
constexpr const char* kInterrupt = "pi-ring-interrupt";

const char* prompt(EditLine* /*editor*/) { return "> "; }

// Set while a line is read; libedit calls functions without data of their own.
bool was_interrupted = false;

// Ends the line as Ctrl-D on an empty one does.
unsigned char interrupt(EditLine* /*editor*/, int /*key*/) {
  was_interrupted = true;
  return CC_EOF;
}

}  // namespace

class LineEditor::Library {
 public:
  Library()
      : history_(history_init()),
        editor_(el_init("pi-ring", stdin, stderr, stderr)) {
    if (history_ == nullptr || editor_ == nullptr) {
      throw std::runtime_error("the line editor cannot start");
    }
    HistEvent event;
    history(history_, &event, H_SETSIZE, kMostLines);
    history(history_, &event, H_SETUNIQUE, 1);
    el_set(editor_, EL_PROMPT, prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_HIST, history, history_);
    // libedit would never free what el_set() would copy here.
    el_wset(editor_, EL_ADDFN, L"pi-ring-interrupt", L"Leaves the line",
            interrupt);
    el_set(editor_, EL_BIND, "^C", kInterrupt, nullptr);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    // Ctrl-C is a key while a line is typed, and a signal at other times;
    // Ctrl-Z too.
    el_set(editor_, EL_SETTY, "-d", "-isig", nullptr);
  }
  ~Library() {
    if (editor_ != nullptr) el_end(editor_);
    if (history_ != nullptr) history_end(history_);
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  Input read(std::string& line) {
    was_interrupted = false;
    int size = 0;
    // Before the prompt is shown, so that what is typed at once is keys too.
    el_set(editor_, EL_PREP_TERM, 1);
    const char* text = el_gets(editor_, &size);
    if (was_interrupted) {
      line = typed();
      std::fputs("^C\n", stderr);
      return Input::kInterrupted;
    }
    if (text == nullptr || size <= 0) return Input::kEnd;
    line.assign(text, static_cast<size_t>(size));
    if (line.ends_with('\n')) line.pop_back();
    HistEvent event;
    if (!line.empty()) history(history_, &event, H_ENTER, line.c_str());
    return Input::kLine;
  }

 private:
  std::string typed() const {
    const LineInfo* info = el_line(editor_);
    return {info->buffer, info->lastchar};
  }

  History* history_;
  EditLine* editor_;
};

LineEditor::LineEditor() {
  // The editor counts columns, and needs to know where characters end.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  library_ = std::make_unique<Library>();
}

LineEditor::~LineEditor() = default;

LineEditor::Input LineEditor::read(std::string& line) {
  return library_->read(line);
}

}  // namespace pi_ring
