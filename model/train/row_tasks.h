// How the pool shares rows: in groups of a fixed number, large enough to be
// worth starting a task. Sums over rows are made group by group, so that they
// do not depend on the threads.
#pragma once

#include <algorithm>
#include <cstddef>

#include "model/math/float_buffer.h"
#include "model/math/pool.h"

namespace pi_ring {

inline constexpr int kRowsOfTask = 32;

inline int tasks_of(int rows) { return (rows + kRowsOfTask - 1) / kRowsOfTask; }

// Calls task(group, first, end) for each group of rows.
template <typename Task>
void each_group_of_rows(const Pool& pool, int rows, const Task& task) {
  pool.each(floats(tasks_of(rows)), [&](size_t group) {
    const size_t first = group * kRowsOfTask;
    task(group, first, std::min(first + kRowsOfTask, floats(rows)));
  });
}

// Calls task(row) for each row.
template <typename Task>
void each_row(const Pool& pool, int rows, const Task& task) {
  each_group_of_rows(pool, rows, [&](size_t, size_t first, size_t end) {
    for (size_t row = first; row < end; ++row) task(row);
  });
}

}  // namespace pi_ring
