#!/usr/bin/env bash
# Measures the service on many machines, all of it on this one: front end, workers, PostgreSQL and RabbitMQ. For two
# idle cores; prints a table.
#
#   benches/scale_out.sh            all
#   benches/scale_out.sh single     only what is named: single, bundles, model, accepted, workers
#
# Needs target/release/impute, target/release/impute-serve built with --features scale-out, taskset, and what
# serve/tests/servers.sh needs; writes to a temporary folder. JOBS, COPIES (of the sample's 200
# sentences) and LIGHT (seconds of light load) change the sizes.
set -euo pipefail
cd "$(dirname "$0")/.."
serve=${CARGO_TARGET_DIR:-target}/release/impute-serve
impute=${CARGO_TARGET_DIR:-target}/release/impute
servers=serve/tests/servers.sh
jobs=${JOBS:-100000} copies=${COPIES:-100} seconds=${LIGHT:-20}
folder=$(mktemp -d)
chmod 711 "$folder" # PostgreSQL runs as another user, who has to come through
processes=()

finish() {
  [ ${#processes[@]} = 0 ] || kill "${processes[@]}" 2>/dev/null || true
  wait
  "$servers" stop "$folder/servers" || true
  rm -rf "$folder"
}
trap finish EXIT

"$servers" start "$folder/servers"
# shellcheck source=/dev/null
. "$folder/servers/variables"
export IMPUTE_SERVE_LOG_LEVEL=warn
# psql of the administrator, and of the database that is measured.
admin() { psql -XAtq -v ON_ERROR_STOP=1 -d "$IMPUTE_SERVE_TEST_DATABASE" -c "$1"; }
sql() { psql -XAtq -v ON_ERROR_STOP=1 -d "$IMPUTE_SERVE_DATABASE" -c "$1"; }

# Everything from the beginning, in a database and a virtual host of its own.
fresh() {
  number=$((${number:-0} + 1))
  local place=measured_$number
  admin "CREATE DATABASE $place"
  "$servers" rabbitmqctl "$folder/servers" -q add_vhost "$place" >/dev/null
  "$servers" rabbitmqctl "$folder/servers" -q set_permissions -p "$place" impute '.*' '.*' '.*' >/dev/null
  export IMPUTE_SERVE_DATABASE=${IMPUTE_SERVE_TEST_DATABASE%/*}/$place
  export IMPUTE_SERVE_QUEUE=${IMPUTE_SERVE_TEST_QUEUE%/*}/$place
}

# Starts one of our processes: what comes before the program, its arguments. Gives its address as `url`.
begin() {
  local before=$1 log
  shift
  log=$folder/log.$((started = ${started:-0} + 1))
  # shellcheck disable=SC2086 # several words are wanted
  $before "$serve" "$@" --listen 127.0.0.1:0 2>"$log" &
  processes+=($!)
  for _ in $(seq 600); do
    url=$(sed -n 's/^impute-serve: \(http.*\)$/\1/p' "$log")
    [ -z "$url" ] || return 0
    sleep 0.05
  done
  cat "$log" >&2
  exit 1
}
front() { begin "" "$@" --max-backlog 1000000 --ttl 12h && front=$url; }
worker() { begin "${pinned:-}" work "$@"; }
end() {
  kill -TERM "${processes[@]}"
  wait "${processes[@]}"
  processes=()
}
load() { "$serve" load "$front" --quiet --json "$@"; }

# Processor time of processes with all their children, those that have ended included, in ticks.
ticks() {
  local pid stat words sum=0 below
  for pid in "$@"; do
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
    read -ra words <<<"${stat##*) }"
    below=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || true)
    # shellcheck disable=SC2086 # several words are wanted
    sum=$((sum + words[11] + words[12] + words[13] + words[14] + $(ticks $below)))
  done
  echo $sum
}
all_ticks() {
  local broker database
  read -r broker _ <"$folder/servers/rabbitmq/pid"
  read -r database _ <"$folder/servers/postgres/pid"
  echo "$(ticks "${processes[@]}") $(ticks "$broker") $(ticks "$database")"
}

# Sentences with a word missing: those of the sample, so many times.
sentences() {
  for _ in $(seq "$1"); do tail -n +2 data/sample-test.csv; done | sed 's/^[0-9]*,"\(.*\)"$/\1/; s/""/"/g'
}

# A line of the table.
row() { printf '| %s | %s |\n' "$1" "$2" | tee -a "$folder/table"; }

# What a report of the load generator says: a Python expression of `step`, the first step.
told() { python3 -c 'import json, sys; step = json.load(open(sys.argv[1]))["steps"][0]; print(eval(sys.argv[2]))' "$@"; }
latency() { told "$1" '"{:.1f} / {:.1f}".format(*(step["accepted"]["microseconds"][p] / 1000 for p in ("p50", "p99")))'; }

# Language jobs as fast as they come: a name, how many clients have 4 open each, flags of front end and worker. A client
# has one connection, and sends and asks in turn.
languages() {
  local name=$1 clients=$2 before after
  fresh
  # shellcheck disable=SC2086 # several words are wanted
  { front $3 && worker $4; }
  load --task language --clients "$clients" --open 4 --requests $((jobs / 10)) >/dev/null
  read -ra before <<<"$(all_ticks)"
  load --task language --clients "$clients" --open 4 --requests "$jobs" >"$folder/report"
  read -ra after <<<"$(all_ticks)"
  end
  row "$name: results a second" "$(told "$folder/report" 'round(step["texts_a_second"])')"
  row "$name: processor us a job, own / broker / database" "$(
    for each in 0 1 2; do
      [ $each = 0 ] || printf ' / '
      printf %d $(((after[each] - before[each]) * 1000000 / $(getconf CLK_TCK) / jobs))
    done
  )"
  row "$name: accepted p50 / p99, ms" "$(latency "$folder/report")"
}

single() { languages "single messages, 256 x 4 open" 256 "--bundle 1" "--prefetch 128"; }

bundles() {
  languages "32 jobs a message, 256 x 4 open" 256 "" ""
}

# The shipped model against the program, in turn.
model() {
  local count before after
  sentences "$copies" >"$folder/sentences"
  count=$(wc -l <"$folder/sentences")
  for run in 1 2; do
    before=$(date +%s.%N)
    "$impute" "$folder/sentences" -q -o "$folder/answers"
    after=$(date +%s.%N)
    fresh
    front
    worker
    load --requests 50 >/dev/null
    load --texts "$folder/sentences" --clients 128 --open 4 --requests "$count" >"$folder/report"
    load --way batch --texts "$folder/sentences" --requests 1 >"$folder/batch"
    end
    row "shipped model, run $run: impute INPUT, jobs, a file, sentences a second" "$(
      python3 - "$before" "$after" "$count" "$folder/report" "$folder/batch" <<'END'
import json, sys
begin, end, count = map(float, sys.argv[1:4])
program = count / (end - begin)
jobs, batch = (json.load(open(path))["steps"][0]["texts_a_second"] for path in sys.argv[4:])
print(f"{program:.0f}, {jobs:.0f} ({jobs / program:.1%}), {batch:.0f} ({batch / program:.1%})")
END
    )"
  done
}

# 32 clients, each of which waits for the result before it sends the next, and 32 that only post, at half the rate.
accepted() {
  fresh
  front
  worker
  load --task language --clients 32 --requests $((jobs / 10)) >/dev/null
  load --task language --clients 32 --seconds "$seconds" >"$folder/report"
  row "32 clients, one job each: accepted p50 / p99, ms" "$(latency "$folder/report")"
  row "32 clients, one job each: results a second" "$(told "$folder/report" 'round(step["texts_a_second"])')"
  load --task language --accept-only --clients 32 --rate 1000 --seconds "$seconds" >"$folder/report"
  row "32 clients, 1,000 a second: accepted p50 / p99, ms" "$(latency "$folder/report")"
  end
}

# What waits is done by one worker, then as much by two, each with a thread on a core of its own, while the front end
# has nothing to do. Counts the middle of it, when all of them work.
workers() {
  local many=$((copies * 200)) rate=() each
  sentences "$copies" >"$folder/sentences"
  for each in 1 2; do
    fresh
    front
    load --texts "$folder/sentences" --clients 32 --accept-only --requests "$many" >/dev/null
    pinned="taskset -c 0" worker --threads 1
    [ "$each" = 1 ] || pinned="taskset -c 1" worker --threads 1
    until [ "$(sql "SELECT count(*) FROM impute_serve.jobs WHERE state < 2")" = 0 ]; do sleep 1; done
    rate[each]=$(sql "SELECT round(0.6 * count(*) * 1000 / (percentile_disc(0.8) WITHIN GROUP (ORDER BY finished)
      - percentile_disc(0.2) WITHIN GROUP (ORDER BY finished))) FROM impute_serve.jobs")
    end
  done
  row "two workers against one, sentences a second" \
    "${rate[2]}, ${rate[1]} ($(awk "BEGIN { printf \"%.2f\", ${rate[2]} / ${rate[1]} }") x)"
}

what=("$@")
[ $# -gt 0 ] || what=(single bundles accepted model workers)
printf '| | measured |\n|---|---|\n' >"$folder/table"
for each in "${what[@]}"; do
  [[ $each =~ ^(single|bundles|accepted|model|workers)$ ]] || { echo "$each: see the head of this file" >&2 && exit 2; }
  "$each"
done
echo
cat "$folder/table"
