# One rank of a ring in which each rank has a guest of its own. It ends when the host says so.
# shellcheck shell=sh disable=SC1091,SC2154 # lab, rank and ranks come from the environment
. "$lab/scenarios/modules.sh"
. "$lab/scenarios/ranks.sh"
. "$lab/scenarios/remote.sh"

device() {
  echo "/dev/pi-ring-$1"
}

load_modules remote=1
start_rank "$rank" "$lab/text/model"
tell ready
await_host stop
kill_rank "$rank"
show_logs
show_statistics pi-ring-up
show_statistics pi-ring-down
expect_no_fight
tell ended
await_host off
unload_modules
echo "rank $rank of $ranks"
