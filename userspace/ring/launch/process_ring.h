// A ring whose ranks are processes on this machine, joined by shared memory.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/base/lost_file.h"
#include "userspace/link/link.h"
#include "userspace/link/shm.h"
#include "userspace/ring/launch/blocked_signals.h"
#include "userspace/ring/launch/child_watcher.h"
#include "userspace/ring/launch/ring_place.h"

namespace pi_ring {

// Ranks 0 to N-2 are children; the process that makes the ring is rank N-1, the
// head. When a child dies, every link of the ring is closed at once. When the
// head dies, the children end.
//
// While a ring of more than one rank exists, SIGCHLD, SIGINT, SIGTERM and
// SIGHUP are blocked and the ring receives them. The last three become a
// StopRequest, or end the ring and this process where no StopRequest exists.
// One ring at a time.
class ProcessRing {
 public:
  // What a child does: it runs rank `rank` until its links close, handles its
  // own errors and returns the exit status. After an error it returns and
  // leaves it to the head to close the links, so that the head learns who
  // failed first.
  using Body = std::function<int(int rank, Link& up, Link& down)>;

  // Forks, so it has to be called before any thread is started, and by the
  // thread that lives longest, since the children die with it. `link_capacity`
  // is in bytes a direction of a link.
  ProcessRing(int ranks, const Body& body,
              size_t link_capacity = ShmLinks::kCapacity);

  // Closes all links, gives the children a second to end, kills the others, and
  // reaps all.
  ~ProcessRing();
  ProcessRing(const ProcessRing&) = delete;
  ProcessRing& operator=(const ProcessRing&) = delete;

  // The head's links: `up` leads to rank N-2, `down` to rank 0. A ring of one
  // has none (std::logic_error).
  Link& up();
  Link& down();

  int ranks() const { return ranks_; }

  // A child's process id. The child may have ended already.
  pid_t process(int rank) const { return processes_.at(rank); }

  // The links, to count their bytes.
  const ShmLinks& links() const { return links_; }

  // Returns what caused an error at one of the head's links, as "rank 2 was
  // killed by SIGKILL", "rank 1 exited with status 3" or "rank 1 has not
  // answered for 5.0 s"; nothing where no rank caused it.
  std::optional<std::string> explain(const LinkError& error) const;

 private:
  Children fork_children(const Body& body);
  int run_rank(int rank, const Body& body);
  void close_all_links();
  std::optional<int> find_silent_rank() const;

  std::string describe_end(const Children::End& end) const;

  // Shared by all ranks, by rank; they reach from the fork to the end of the
  // ring.
  struct Unmap {
    size_t bytes;
    void operator()(LastWords* words) const;
  };
  static std::unique_ptr<LastWords[], Unmap> share_last_words(int ranks);

  int ranks_;
  std::unique_ptr<LastWords[], Unmap> last_words_;
  ShmLinks links_;
  std::vector<pid_t> processes_;
  // Empty in a ring of one. The links go first, the signals last.
  std::unique_ptr<BlockedSignals> signals_;
  std::unique_ptr<ChildWatcher> watcher_;
  std::unique_ptr<Link> up_;
  std::unique_ptr<Link> down_;
};

// Forks the other ranks of a ring of which this process is the head.
RingPlace fork_ring(int ranks, const ProcessRing::Body& body);

}  // namespace pi_ring
