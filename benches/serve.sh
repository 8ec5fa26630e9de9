#!/usr/bin/env bash
# Measures the service: light load, throughput, half of full load, start, memory. For two idle cores.
#
#   benches/serve.sh              all but the half hour
#   benches/serve.sh soak [1800]  full load for so many seconds: memory at the end against after two minutes
#
# Needs target/release/impute-serve and target/release/impute; writes to a temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."
serve=${CARGO_TARGET_DIR:-target}/release/impute-serve
impute=${CARGO_TARGET_DIR:-target}/release/impute
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT

start() {
  rm -f "$folder"/jobs.sqlite* "$folder/log"
  "$serve" --listen 127.0.0.1:0 --data "$folder/jobs.sqlite" --log-level warn "$@" 2>"$folder/log" &
  process=$!
  for _ in $(seq 200); do
    url=$(sed -n 's/^impute-serve: \(http.*\)$/\1/p' "$folder/log")
    [ -n "$url" ] && return
    sleep 0.05
  done
  cat "$folder/log" && exit 1
}
stop() { kill -TERM $process && wait $process; }
memory() { awk '/VmRSS/ { print $2 }' /proc/$process/status; }
load() { "$serve" load "$url" --quiet "$@"; }
# Sentences with a word missing, enough for a minute.
sentences() {
  for _ in $(seq "$1"); do tail -n +2 data/sample-test.csv; done | sed 's/^[0-9]*,"\(.*\)"$/\1/; s/""/"/g'
}

if [ "${1:-}" = soak ]; then
  seconds=${2:-1800}
  start
  echo "== full load for $seconds s: memory in kB"
  load --clients 32 --open 8 --seconds "$seconds" --patience 300 &
  loading=$!
  for at in $(seq 30 30 "$seconds"); do
    sleep 30
    [ $((at % 120)) = 0 ] && echo "$at s: $(memory)"
  done
  wait $loading
  echo "at the end: $(memory); highest: $(awk '/VmHWM/ { print $2 }' /proc/$process/status)"
  stop
  exit
fi

echo "== from the start until it is ready, in ms"
for _ in 1 2 3 4 5; do
  python3 - "$serve" "$folder/ready.sqlite" <<'END'
import subprocess, sys, time
begin = time.time()
process = subprocess.Popen([sys.argv[1], "--listen", "127.0.0.1:0", "--data", sys.argv[2], "--log-level", "error"],
                           stderr=subprocess.PIPE)
process.stderr.readline()
print(round((time.time() - begin) * 1000))
process.terminate()
process.wait()
END
done

start
load --requests 200 >/dev/null # what is made when it is first needed
echo "== one client: accepted"
load --task language --accept-only --rate 100 --seconds 20
echo "== one client: until the result is there"
load --requests 1000
echo "== language jobs, accepted on disk to result"
load --task language --clients 32 --open 8 --requests 100000
stop

sentences 100 >"$folder/sentences.txt"
count=$(wc -l <"$folder/sentences.txt")
echo "== sentences a second: impute INPUT, a batch, single jobs; twice in turn, $count sentences"
for _ in 1 2; do
  begin=$(date +%s.%N)
  "$impute" "$folder/sentences.txt" -q -o "$folder/answers.txt"
  end=$(date +%s.%N)
  start
  load --requests 50 >/dev/null
  load --way batch --texts "$folder/sentences.txt" --requests 1 --json >"$folder/batch.json"
  load --texts "$folder/sentences.txt" --clients 32 --open 8 --requests "$count" --json >"$folder/jobs.json"
  stop
  python3 - "$begin" "$end" "$count" "$folder/batch.json" "$folder/jobs.json" "$folder/half" <<'END'
import json, sys
begin, end, count = map(float, sys.argv[1:4])
program = count / (end - begin)
batch, jobs = (json.load(open(path))["steps"][0]["texts_a_second"] for path in sys.argv[4:6])
print(f"impute INPUT {program:.0f}; a batch {batch:.0f} ({batch / program:.1%}); "
      f"single jobs {jobs:.0f} ({jobs / program:.1%})")
open(sys.argv[6], "w").write(str(round(jobs / 2)))
END
done

echo "== half of full load, $(cat "$folder/half") sentences a second"
start
load --requests 200 >/dev/null
load --texts "$folder/sentences.txt" --rate "$(cat "$folder/half")" --seconds 30 --clients 16
stop
