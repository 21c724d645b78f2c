# Rings of ranks train through the driver, both directions of each link at once: the
# losses are those of the same ring over shared memory, to the last bit.
# shellcheck shell=sh disable=SC1091,SC2154,SC2086 # lab and pi_ring come from lib.sh
. "$lab/scenarios/lib.sh"
. "$lab/scenarios/ranks.sh"
# the directory of the texts' tokens
export TMPDIR=/dev
steps=${steps:-10}
rings=${rings:-2 3 4 5 6}
cuts=${cuts:-1 2}
# messages of 12 KB, where a device keeps 2
ring_parameters=fifo_bytes=2048

# train NAME MICRO_BATCHES HEAD_OPTIONS...: its losses, one a line, go to /dev/losses-NAME
train() {
	name=$1
	micro_batches=$2
	shift 2
	$pi_ring train --model "$lab/text/model" --data "$lab/text/data" --batch 2 --seq 24 \
		--micro-batches "$micro_batches" --steps "$steps" --json "$@" > "/dev/train-$name" 2> /dev/head.log ||
		{ show_logs; exit 1; }
	grep -o '"loss":[^,}]*' "/dev/train-$name" > "/dev/losses-$name"
	[ "$(wc -l < "/dev/losses-$name")" = "$steps" ] || { cat "/dev/train-$name"; exit 1; }
}

for ranks in $rings; do
	load_bench pis=$ranks links=$ranks
	start_ranks "$lab/text/model"
	for micro_batches in $cuts; do
		train shm "$micro_batches" --ranks "$ranks" --threads 1
		train gpio "$micro_batches" $(as_head)
		echo "$ranks ranks, $micro_batches micro-batches: $(tail -n 1 /dev/losses-gpio)"
		cmp /dev/losses-shm /dev/losses-gpio || { show_logs; exit 1; }
	done
	expect_no_fight
	stop_ranks
	unload_bench
done
echo "$steps steps on rings of $rings with $cuts micro-batches: bit for bit the losses of shared memory, 0 fights"
