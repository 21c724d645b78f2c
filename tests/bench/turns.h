// Two that do the same work take turns within one run, so that a noisy machine
// disturbs both alike; the ratio is of the medians.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

namespace pi_ring {

inline double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// A turn is this many tokens. Counters: tokens a second of both, and ours over
// theirs.
inline void take_turns(benchmark::State& state, int tokens,
                       const std::function<void()>& ours,
                       const std::function<void()>& theirs) {
  std::vector<double> our_times;
  std::vector<double> their_times;
  ours();
  theirs();
  for (auto _ : state) {
    our_times.push_back(seconds_of(ours));
    their_times.push_back(seconds_of(theirs));
    state.SetIterationTime(our_times.back());
  }
  state.counters["tokens/s"] = tokens / median(our_times);
  state.counters["theirs/s"] = tokens / median(their_times);
  state.counters["ratio"] = median(their_times) / median(our_times);
}

}  // namespace pi_ring
