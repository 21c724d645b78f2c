# Reads the JUnit report of a CTest run and prints a line a test: "passed NAME",
# "failed NAME: REASON" or "skipped NAME: REASON".
#
# The report's own totals will not do: they count a test whose program is missing
# as skipped, and CTest takes a test that skips and then trips a sanitizer for one
# that skipped.

function plain(text) {
  gsub(/&lt;/, "<", text)
  gsub(/&gt;/, ">", text)
  gsub(/&quot;/, "\"", text)
  gsub(/&apos;/, "'", text)
  gsub(/&amp;/, "\\&", text)
  return text
}

function attribute(name, line) {
  if (!match(line, " " name "=\"[^\"]*\"")) return ""
  return plain(substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 4))
}

/<testcase / {
  name = attribute("name", $0)
  status = attribute("status", $0)
  message = reason = ""
  in_reason = sanitizer = 0
}

/<skipped / { message = attribute("message", $0) }

# GoogleTest gives the place in one line and the words in those that follow.
/^\[  SKIPPED \]/ { in_reason = 0 }
in_reason && $0 != "" { reason = reason (reason == "" ? "" : " ") plain($0) }
/: Skipped$/ { in_reason = 1 }

/Sanitizer: |runtime error: / { sanitizer = 1 }

/<\/testcase>/ {
  if (status == "run") print "passed " name
  else if (status == "disabled") print "skipped " name ": disabled in its source"
  else if (status == "notrun" && message ~ /^SKIP_/ && !sanitizer)
    print "skipped " name ": " (reason == "" ? "it gives no reason" : reason)
  else if (message ~ /^SKIP_/) print "failed " name ": it was skipped, and then tripped a sanitizer"
  else print "failed " name ": " (status == "notrun" ? message : status)
}
