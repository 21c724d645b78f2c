# Reads llvm-cov's export in lcov's format and prints the lines and branches that have
# run, by folder and in all. A template's branches count as in its best instance. Variables: "top", the sources' folder; "folders", those of
# its folders that count; "uncovered", the file for the lines that nothing has run.

BEGIN {
  FS = "[:,]"
  wanted = split(folders, folder, " ")
  width = 28
  printf "%-" width "s%25s   %25s\n", "folder", "lines run", "branches taken"
}

# The folder among those that count; empty for any other file.
function counted_folder(file, i) {
  for (i = 1; i <= wanted; ++i) {
    if (index(file, folder[i] "/") == 1) return folder[i]
  }
  return ""
}

function share(part, whole) {
  if (!whole) return sprintf("%25s", "none")
  return sprintf("%6d of %6d %5.1f %%", part, whole, 100 * part / whole)
}

function add(name) {
  lines[name] += found
  lines_run[name] += found - missed
  branches[name] += branches_found
  branches_taken[name] += branches_hit
}

function row(name) {
  printf "%-" width "s%s   %s\n", name, share(lines_run[name], lines[name]),
    share(branches_taken[name], branches[name])
}

$1 == "SF" {
  file = substr($2, length(top) + 2)
  found = missed = branches_found = branches_hit = last = 0
  ranges = ""
}
$1 == "DA" {
  ++found
  if ($3 > 0) next
  ++missed
  if (last && $2 == last + 1) sub(/(-[0-9]+)?$/, "-" $2, ranges)
  else ranges = ranges " " $2
  last = $2
}
$1 == "BRF" { branches_found = $2 }
$1 == "BRH" { branches_hit = $2 }
$1 == "end_of_record" && counted_folder(file) != "" {
  room = file
  sub(/\/[^\/]*$/, "", room)
  if (!(room in lines)) rooms[++rooms_seen] = room
  add(room)
  add("all of " counted_folder(file))
  if (missed) print file ":" ranges >uncovered
}

END {
  for (i = 1; i <= rooms_seen; ++i) row(rooms[i])
  for (i = 1; i <= wanted; ++i) row("all of " folder[i])
}
