// Sets up the ring, and explains its errors.
#include "userspace/ring/launch/process_ring.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "userspace/ring/launch/children.h"
#include "userspace/ring/launch/rank_process.h"
#include "userspace/ring/launch/stalled_rank.h"
#include "userspace/ring/message/wording.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;

// A child that closes its links and then ends is reaped a moment after its
// neighbours have noticed the close.
constexpr milliseconds kWaitForReaping(1000);

int check_ranks(int ranks) {
  if (ranks < 1) throw std::invalid_argument("a ring has at least one rank");
  return ranks;
}

std::string describe_signal(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name
                         : "signal " + std::to_string(signal);
}

RankView view_rank(const ShmLinks& links, int rank) {
  const int above = (rank + links.count() - 1) % links.count();
  const ShmLinks::Waits down = links.downstream_end_waits(rank);
  const ShmLinks::Waits up = links.upstream_end_waits(above);
  return {.offered_down = links.bytes_down(above),
          .passed_down = links.bytes_down(rank),
          .offered_up = links.bytes_up(rank),
          .passed_up = links.bytes_up(above),
          .waits_for_data = down.for_data || up.for_data,
          .waits_for_space = down.for_space || up.for_space};
}

}  // namespace

ProcessRing::ProcessRing(int ranks, const Body& body, size_t link_capacity)
    : ranks_(check_ranks(ranks)),
      last_words_(share_last_words(ranks)),
      links_(ranks > 1 ? ranks : 0, link_capacity) {
  if (ranks == 1) return;
  signals_ = std::make_unique<BlockedSignals>();
  Children children = fork_children(body);
  leave_last_words(&last_words_[static_cast<size_t>(ranks) - 1],
                   /*silent=*/false);
  watcher_ = std::make_unique<ChildWatcher>(*signals_, std::move(children),
                                            [this] { close_all_links(); });
  up_ = links_.upstream_end(ranks - 2);
  down_ = links_.downstream_end(ranks - 1);
}

ProcessRing::~ProcessRing() {
  leave_last_words(nullptr, /*silent=*/false);
  if (!watcher_) return;
  watcher_->expect_end();
  close_all_links();
}

Link& ProcessRing::up() {
  if (!up_) throw std::logic_error("a ring of one has no links");
  return *up_;
}

Link& ProcessRing::down() {
  if (!down_) throw std::logic_error("a ring of one has no links");
  return *down_;
}

std::optional<std::string> ProcessRing::explain(const LinkError& error) const {
  if (!watcher_) return std::nullopt;
  const bool closed = error.kind() == LinkError::Kind::kClosed;
  const milliseconds wait = closed ? kWaitForReaping : milliseconds(0);
  if (const auto end = watcher_->failure(wait)) {
    return describe_end(*end);
  }
  if (closed) return std::nullopt;
  const auto rank = find_silent_rank();
  if (!rank) return std::nullopt;
  return describe_silence(name_of_rank(*rank), error.waited());
}

std::string ProcessRing::describe_end(const Children::End& end) const {
  const std::string rank = name_of_rank(end.rank);
  if (WIFSIGNALED(end.status)) {
    return rank + " was killed by " + describe_signal(WTERMSIG(end.status));
  }
  const LastWords& words = last_words_[static_cast<size_t>(end.rank)];
  if (words.are_said()) return rank + ": " + words.text();
  return rank + " exited with status " +
         std::to_string(WEXITSTATUS(end.status));
}

void ProcessRing::Unmap::operator()(LastWords* words) const {
  munmap(words, bytes);
}

std::unique_ptr<LastWords[], ProcessRing::Unmap> ProcessRing::share_last_words(
    int ranks) {
  const size_t bytes = static_cast<size_t>(ranks) * sizeof(LastWords);
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, /*fd=*/-1, /*offset=*/0);
  if (memory == MAP_FAILED) {
    throw std::system_error(errno, std::generic_category(), "mmap");
  }
  auto* words = static_cast<LastWords*>(memory);
  std::uninitialized_default_construct_n(words, ranks);
  return {words, Unmap{bytes}};
}

Children ProcessRing::fork_children(const Body& body) {
  Children children;
  for (int rank = 0; rank < ranks_ - 1; ++rank) {
    const pid_t pid = fork_rank(
        rank, ranks_ - 1, *signals_, [&] { return run_rank(rank, body); },
        &last_words_[static_cast<size_t>(ranks_) - 1]);
    children.add(pid);
    processes_.push_back(pid);
  }
  return children;
}

// Runs in the child. The ends are released, not destroyed, so that they stay
// open when the body returns. The watcher closes them when it knows how this
// child ended, so the head never sees a close without a cause.
int ProcessRing::run_rank(int rank, const Body& body) {
  // The head reports them.
  leave_last_words(&last_words_[static_cast<size_t>(rank)], /*silent=*/true);
  Link* up = links_.upstream_end((rank + ranks_ - 1) % ranks_).release();
  Link* down = links_.downstream_end(rank).release();
  return body(rank, *up, *down);
}

void ProcessRing::close_all_links() {
  for (int link = 0; link < links_.count(); ++link) links_.close_link(link);
}

std::optional<int> ProcessRing::find_silent_rank() const {
  std::vector<RankView> views;
  views.reserve(static_cast<size_t>(ranks_));
  for (int rank = 0; rank < ranks_ - 1; ++rank) {
    views.push_back(view_rank(links_, rank));
  }
  return find_stalled_rank(views);
}

RingPlace fork_ring(int ranks, const ProcessRing::Body& body) {
  const auto ring = std::make_shared<ProcessRing>(ranks, body);
  const bool alone = ranks == 1;
  return {.rank = ranks - 1,
          .ranks = ranks,
          .up = alone ? nullptr : &ring->up(),
          .down = alone ? nullptr : &ring->down(),
          .explain =
              [ring = ring.get()](const LinkError& error) {
                return ring->explain(error).value_or(error.what());
              },
          .owner = ring};
}

}  // namespace pi_ring
