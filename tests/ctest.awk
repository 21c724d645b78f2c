# Reads the JUnit report of a CTest run and prints a line a test: "passed SECONDS NAME",
# "failed SECONDS NAME: REASON" or "skipped SECONDS NAME: REASON". What the first few that
# failed said goes to the file that the variable "failures" names, without GoogleTest's frame.
#
# The report's own totals will not do: they count a test whose program is missing
# as skipped, and CTest takes a test that skips and then trips a sanitizer for one
# that skipped.

BEGIN {
  shown_failures = 5
  shown_lines = 20
}

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

# The last lines of what a test said, or the first ones of a sanitizer's report.
function keep_failure(    first, last, i) {
  failed++
  if (failures == "" || failed > shown_failures + 1) return
  if (failed > shown_failures) {
    print "(and more)" >failures
    return
  }
  first = report_at ? report_at : said - shown_lines + 1
  if (first < 1) first = 1
  last = first + shown_lines - 1
  print name ":" >failures
  if (first > 1) print "  ..." >failures
  for (i = first; i <= last && i <= said; i++) print "  " substr(output[i], 1, 400) >failures
  if (last < said) print "  ..." >failures
}

/<testcase / {
  name = attribute("name", $0)
  status = attribute("status", $0)
  seconds = attribute("time", $0) + 0
  message = reason = ""
  in_reason = in_output = sanitizer = said = report_at = 0
}

/<skipped / { message = attribute("message", $0) }

/<system-out>/ { in_output = 1 }

/Sanitizer: |runtime error: / { sanitizer = 1 }

in_output {
  line = $0
  sub(/^[[:space:]]*<system-out>/, "", line)
  sub(/<\/system-out>$/, "", line)
  if (line !~ /^[[:space:]]*$|^\[[-= A-Z]*\]|^Running main\(\)|^Note: Google Test|^ *1 FAILED TEST/) {
    output[++said] = plain(line)
    if (sanitizer && !report_at) report_at = said
  }
}

/<\/system-out>/ { in_output = 0 }

# GoogleTest gives the place in one line and the words in those that follow.
/^\[  SKIPPED \]/ { in_reason = 0 }
in_reason && $0 != "" { reason = reason (reason == "" ? "" : " ") plain($0) }
/: Skipped$/ { in_reason = 1 }

/<\/testcase>/ {
  verdict = "failed"
  why = ""
  if (status == "run") verdict = "passed"
  else if (status == "disabled") { verdict = "skipped"; why = "disabled in its source" }
  else if (status == "notrun" && message ~ /^SKIP_/ && !sanitizer) {
    verdict = "skipped"
    why = reason == "" ? "it gives no reason" : reason
  } else if (message ~ /^SKIP_/) why = "it was skipped, and then tripped a sanitizer"
  else why = status == "notrun" ? message : status
  print verdict " " seconds " " name (why == "" ? "" : ": " why)
  if (verdict == "failed") keep_failure()
}
