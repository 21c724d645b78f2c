# Drivers that are wrong on purpose: if the counters did not show their fights, "0 fights" would
# prove nothing.
# shellcheck shell=bash disable=SC2154 # run and guests.sh set the rest

# make_wrong_driver NAME FILE FROM TO: a driver in one of whose sources a line is replaced.
make_wrong_driver() {
  local name=$1 source=$guests/modules/proto/$2
  sed -i "s/$3/$4/" "$source"
  ! cmp -s "$source" "$project/kmod/proto/$2" || die "$2 has no \"$3\" now"
  build_modules_um "$kernel" "$guests/modules"
  cp "$guests/modules/pi_ring.ko" "$guests/guest/modules/$name.ko"
  cp "$project/kmod/proto/$2" "$source"
}

make_wrong_drivers() {
  make_wrong_driver keeps holder.c 'if (link->lines->release(link->lines_ctx))' \
    'pr_put(link, PR_FLOAT);\n\tif (0)'
  make_wrong_driver snatches listener.c 'if (!pr_awaits(link, PR_LOW | PR_FLOAT, PR_ALL))' 'if (0)'
}

# await_fights NAME LINK: waits until the host's own counter shows fights.
await_fights() {
  local until=$((SECONDS + guest_patience_s))
  while [[ $(shared_wires watched "${wires_files[$2]}") == 0 ]]; do
    ((SECONDS < until)) || fail_guests "no fight was noticed with the driver \"$1\""
    sleep 0.02
  done
}

# try_wrong_driver NAME END LINK: that end has the wrong driver.
try_wrong_driver() {
  local name=$1 end=$2 link=$3 other=down
  [[ $end != down ]] || other=up
  boot_survivor "$other" "$link"
  boot_survivor "$end" "$link" "driver_file=$name"
  await_fights "$name" "$link"
  cut_power down
  cut_power up
  say "guests: the driver \"$name\" causes fights, and they are noticed"
}

run_guests_wrong() {
  rm -rf "$1/modules/proto" # an interrupted run may have left a wrong source here
  prepare_guests "$1" 2
  make_wrong_drivers
  try_wrong_driver keeps down 0
  try_wrong_driver snatches up 1
  pass_guests wrong "a driver that keeps the lines it grants, and one that takes them too early: the host noticed the fights of both"
}
