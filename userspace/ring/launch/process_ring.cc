// Sets up the ring, and puts into words what became of it.
#include "userspace/ring/launch/process_ring.h"

#include <string.h>
#include <sys/wait.h>

#include <cstdio>
#include <stdexcept>
#include <utility>

#include "userspace/ring/launch/children.h"
#include "userspace/ring/launch/rank_process.h"
#include "userspace/ring/launch/suspect.h"
#include "userspace/ring/message/rank_options.h"

namespace pi_ring {
namespace {

using std::chrono::milliseconds;

// A child that closes its links itself, and then ends, is reaped a moment
// after its neighbours have noticed.
constexpr milliseconds kPatience(1000);

int check_ranks(int ranks) {
  if (ranks < 1) throw std::invalid_argument("a ring has at least one rank");
  return ranks;
}

std::string describe_signal(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name
                         : "signal " + std::to_string(signal);
}

std::string describe_end(const Children::End& end) {
  const std::string rank = name_of_rank(end.rank);
  if (WIFSIGNALED(end.status)) {
    return rank + " was killed by " + describe_signal(WTERMSIG(end.status));
  }
  return rank + " exited with status " +
         std::to_string(WEXITSTATUS(end.status));
}

std::string describe_silence(int rank, milliseconds waited) {
  char text[64];
  std::snprintf(text, sizeof text, "rank %d has not answered for %.1f s", rank,
                static_cast<double>(waited.count()) / 1000);
  return text;
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

ProcessRing::ProcessRing(int ranks, const Body& body, size_t link_capacity,
                         Warden::OnStop on_stop)
    : ranks_(check_ranks(ranks)), links_(ranks > 1 ? ranks : 0, link_capacity) {
  if (ranks == 1) return;
  signals_ = std::make_unique<HeldSignals>();
  Children children = fork_children(body);
  warden_ = std::make_unique<Warden>(
      *signals_, std::move(children), [this] { hang_up_all(); },
      std::move(on_stop));
  up_ = links_.upstream_end(ranks - 2);
  down_ = links_.downstream_end(ranks - 1);
}

ProcessRing::~ProcessRing() {
  if (!warden_) return;
  warden_->expect_end();
  hang_up_all();
}

Link& ProcessRing::up() {
  if (!up_) throw std::logic_error("a ring of one has no links");
  return *up_;
}

Link& ProcessRing::down() {
  if (!down_) throw std::logic_error("a ring of one has no links");
  return *down_;
}

std::optional<std::string> ProcessRing::explain(const LinkError& error,
                                                milliseconds waited) const {
  if (!warden_) return std::nullopt;
  const bool closed = error.kind() == LinkError::Kind::kClosed;
  if (const auto end = warden_->failure(closed ? kPatience : milliseconds(0))) {
    return describe_end(*end);
  }
  if (closed) return std::nullopt;
  const auto rank = find_silent_rank();
  if (!rank) return std::nullopt;
  return describe_silence(*rank, waited);
}

Children ProcessRing::fork_children(const Body& body) {
  Children children;
  for (int rank = 0; rank < ranks_ - 1; ++rank) {
    const pid_t pid = fork_rank(rank, ranks_ - 1, *signals_,
                                [&] { return run_rank(rank, body); });
    children.add(pid);
    processes_.push_back(pid);
  }
  return children;
}

// In the child. Its ends are released, not destroyed, so that they stay open
// when the body returns: the warden closes them, once it knows how this child
// ended, and the head does not see an end without a cause.
int ProcessRing::run_rank(int rank, const Body& body) {
  Link* up = links_.upstream_end((rank + ranks_ - 1) % ranks_).release();
  Link* down = links_.downstream_end(rank).release();
  return body(rank, *up, *down);
}

void ProcessRing::hang_up_all() {
  for (int link = 0; link < links_.count(); ++link) links_.hang_up(link);
}

std::optional<int> ProcessRing::find_silent_rank() const {
  std::vector<RankView> views;
  views.reserve(static_cast<size_t>(ranks_));
  for (int rank = 0; rank < ranks_ - 1; ++rank) {
    views.push_back(view_rank(links_, rank));
  }
  return find_suspect(views);
}

}  // namespace pi_ring
