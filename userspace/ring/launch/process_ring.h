// A ring whose ranks are processes on this machine, joined by shared memory.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "userspace/link/link.h"
#include "userspace/link/shm.h"
#include "userspace/ring/launch/held_signals.h"
#include "userspace/ring/launch/warden.h"

namespace pi_ring {

// Ranks 0 to N-2 are children; the process that makes the ring is rank N-1, the
// head. When one of the children dies, every link of the ring is closed at
// once; when the head dies, however it does, the children end.
//
// While a ring of more than one lives, SIGCHLD, SIGINT, SIGTERM and SIGHUP are
// blocked and belong to it: the last three end the whole ring and this process,
// unless `on_stop` takes care of that.
// One ring at a time.
class ProcessRing {
 public:
  // What a child does: runs rank `rank` until its links close. Handles its own
  // errors; returns the exit status. It should leave it to the head to close
  // links: after an error it returns, and the head learns who failed first.
  using Body = std::function<int(int rank, Link& up, Link& down)>;

  // Forks, so it comes before any thread is started; and from the thread that
  // will live longest, since the children die with it. `link_capacity` is in
  // bytes a direction of a link.
  ProcessRing(int ranks, const Body& body,
              size_t link_capacity = ShmLinks::kCapacity,
              Warden::OnStop on_stop = {});

  // Closes all links, gives the children a second to end, kills those that did
  // not, and reaps all.
  ~ProcessRing();
  ProcessRing(const ProcessRing&) = delete;
  ProcessRing& operator=(const ProcessRing&) = delete;

  // The head's ends: `up` comes from rank N-2, `down` goes to rank 0. In a
  // ring of one there are none (std::logic_error).
  Link& up();
  Link& down();

  int ranks() const { return ranks_; }

  // A child's process, to look at its memory or time; it may be gone already.
  pid_t process(int rank) const { return processes_.at(rank); }

  // The links, to count what passed.
  const ShmLinks& links() const { return links_; }

  // After a LinkError at one of the head's ends, where `waited` is how long
  // that call was allowed to take: what really happened, as "rank 2 was killed
  // by SIGKILL", "rank 1 exited with status 3" or "rank 1 has not answered for
  // 5.0 s"; nothing where no rank is to blame.
  std::optional<std::string> explain(const LinkError& error,
                                     std::chrono::milliseconds waited) const;

 private:
  Children fork_children(const Body& body);
  int run_rank(int rank, const Body& body);
  void hang_up_all();
  std::optional<int> find_silent_rank() const;

  int ranks_;
  ShmLinks links_;
  std::vector<pid_t> processes_;
  // Empty in a ring of one; destroyed in this order's reverse.
  std::unique_ptr<HeldSignals> signals_;
  std::unique_ptr<Warden> warden_;
  std::unique_ptr<Link> up_;
  std::unique_ptr<Link> down_;
};

}  // namespace pi_ring
