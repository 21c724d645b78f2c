# Reads a guest's console: the results of its scenarios, and complaints of the kernel. Any
# complaint fails the boot, even if every scenario passed.
# shellcheck shell=bash

complaints='WARNING:|BUG:|KASAN|UBSAN|KCSAN|Oops|Kernel panic|Call Trace|Unable to handle'
complaints+='|general protection|possible circular|possible recursive|suspicious RCU'
complaints+='|inconsistent lock state|invalid wait context|blocked for more than'
complaints+='|detected stall|self-detected|soft lockup|hard LOCKUP|refcount_t:|list_(add|del) corruption'
complaints+='|scheduling while atomic|sleeping function called|ODEBUG:|not ok [0-9]'

# find_complaints LOG: writes the first ones to LOG.complaints; fails if there are some.
find_complaints() {
  tr -d '\r' <"$1" >"$1.text"
  grep -nE "$complaints" "$1.text" | head -n 5 >"$1.complaints" || true
  [[ ! -s "$1.complaints" ]]
}

# Prints a line for each scenario; fails if one failed, none reported, or the kernel complained.
judge_console() {
  local name=$1 log=$2 failed=0 quiet=1
  find_complaints "$log" || quiet=0
  sed -n "s/^.*LAB-RESULT \(.*\)/\1/p" "$log.text" | while read -r result; do
    printf '%-18s %s\n' "$name" "$result"
  done
  if ((!quiet)); then
    printf '%-18s fail: the kernel complained, see %s\n' "$name" "$log"
    cat "$log.complaints"
    failed=1
  fi
  if ! grep -q 'LAB-END' "$log.text"; then
    printf '%-18s fail: the guest did not finish, see %s\n' "$name" "$log"
    failed=1
  fi
  if grep -q 'LAB-RESULT fail' "$log.text"; then
    failed=1
  fi
  return $failed
}
