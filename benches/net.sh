#!/usr/bin/env bash
# Measures how the score depends on the training of the net: on the number of sentences that it sees, on
# its size, and on the amount of text.
#
#   bash benches/net.sh          trains on parts of $CORPUS/news.txt.zst, measures on its lm1b-dev
#   MODEL=FILE bash benches/net.sh --row TOKENS SENTENCES SIZE CPU_S
#                                measures a model that was trained before, and adds its row
#   bash benches/net.sh --help   this text
#
# Trained are a medium net on the whole text with every number of SENTENCES; nets of all SIZES on the
# whole text with LENGTH sentences; a net of TEXT_SIZE with LENGTH sentences on every one of TEXTS; and, on
# every one of TEXTS, a model without a net. A text smaller than the whole is lines spread evenly over it, so
# that all years are in it.
#
# Every run adds a row to $WORK/net.tsv when it ends; runs whose row is there are skipped, so that an
# interrupted script goes on where it stopped; a model that lies in $WORK because only its measurement was
# interrupted is not trained again. `python3 benches/net_plot.py $WORK/net.tsv` draws the rows.
#
# --row takes what the model was trained with: million tokens of text, sentences that the net has seen,
# its size, user and system seconds of the training; 0 and `none` for SENTENCES and SIZE without a net.
#
# Environment:
#   IMPUTE     the program [target/release/impute]
#   CORPUS     folder with news.txt.zst, lm1b-dev.test.csv and lm1b-dev.solution.csv
#   WORK       folder for texts, models, temporary files and rows [a new one]; 4 GB suffice there
#   MODEL      the model to measure with --row
#   SENTENCES  how many sentences the net sees [0 300000 600000 1800000 6000000]; 0 is no net
#   SIZES      sizes of the net [small medium]
#   TEXTS      million tokens to train on [1 5 20 54]; the last only names the whole text
#   TEXT_SIZE  size of the net where the text is varied [medium]
#   LENGTH     how many sentences the net sees where its size or the text is varied [600000]
#   ONLY       run this row only: its million tokens, sentences and size, as ONLY="54 600000 small"
#   KEEP       1 keeps the models and reports
#
# Columns: million tokens of text, sentences seen by the net, size of the net, user and system seconds of
# the training, wall seconds, peak resident KiB (mapped files included), bytes of the net, share of
# sentences whose true gap comes first by the net alone, by the n-grams alone and by both (%), mean
# negative log of the probability of the true gap (nats), score, ends of its 95 % interval, score that the
# model expects. A `-` is an empty value.
#
# Needs GNU time as /usr/bin/time (apt-get install time), awk, python3, and zstd for the parts of the text.
set -euo pipefail
shopt -s inherit_errexit

case ${1-} in
  '') ;;
  --row) (($# == 5)) || { echo "--row takes TOKENS SENTENCES SIZE CPU_S; see --help" >&2 && exit 2; } ;;
  -h | --help) exec awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0" ;;
  *) echo "unknown argument \`$1\`; see --help" >&2 && exit 2 ;;
esac

read -ra lengths <<<"${SENTENCES:-0 300000 600000 1800000 6000000}"
read -ra sizes <<<"${SIZES:-small medium}"
read -ra texts <<<"${TEXTS:-1 5 20 54}"
length=${LENGTH:-600000}
name=net
source "$(dirname "$0")/common.sh"

for n in "$length" "${lengths[@]}"; do
  [[ $n =~ ^[0-9]+$ ]] || fail "\`$n\` is no number of sentences"
done
begin text_tokens sentences size cpu_s wall_s peak_kb net_bytes net_gap1 ngram_gap1 gap1 gap_nats \
  score low high expected

# Trains and adds a row: tokens, sentences, size.
measure() {
  [[ -z ${ONLY-} || $ONLY == "$1 $2 $3" ]] || return 0
  matched=1
  if measured "$@"; then
    say "$1 million tokens, $2 sentences, $3: measured before"
    return
  fi
  local text out=$work/$1-$2-$3.impute log=$work/$1-$2-$3.log options=(--net none) used
  text=$(part "$1")
  [[ $3 == none ]] || options=(--net "$2" --net-size "$3")
  say "$1 million tokens, $2 sentences, $3"
  if [[ ! -f $out ]] || ! grep -qs 'Exit status: 0' "$log.time"; then
    rm -f "$out" "$log.time"
    /usr/bin/time -v -o "$log.time" \
      "$impute" train "$text" "${options[@]}" -T "$work" -o "$out" 2>"$log" ||
      fail "training failed: $(cat "$log")"
  fi
  used=$(awk -F ': ' '
    /Elapsed/ { n = split($NF, part, ":"); for (i = 1; i <= n; i++) wall = wall * 60 + part[i] }
    /(User|System) time/ { cpu += $NF }
    /Maximum resident/ { peak = $NF }
    END { printf "%.2f\t%.2f\t%d", cpu, wall, peak }' "$log.time")
  row "$1" "$2" "$3" "$used" "$out" "$work/$1-$2-$3"
  [[ ${KEEP-} == 1 ]] || rm "$out" "$log" "$log.time"
}

# Adds a row: tokens, sentences, size, what the training used, the model, where the reports go.
row() {
  "$impute" inspect --json "$5" >"$6.inspect.json"
  "$impute" evaluate "${benchmark[@]}" --model "$5" --json >"$6.evaluate.json"
  local found
  found=$(python3 - "$3" "$6.inspect.json" "$6.evaluate.json" <<'END'
import json, sys
size, (model, report) = sys.argv[1], [json.load(open(path)) for path in sys.argv[2:]]
net = sum(section["bytes"] for section in model["sections"] if section["name"] == "net")
if bool(net) != (size != "none"):
    sys.exit(f"size {size}, but the net of the model has {net} bytes")
both = report["methods"][0]
alone = {expert["name"]: expert["gap_top"][0] for expert in report.get("experts", [])}
if net:
    alone = [f"{100 * alone[name]:.2f}" for name in ("net alone", "n-grams alone")]
else:
    alone = ["-", f"{100 * both['gap_top'][0]:.2f}"]
score = both["score"]
figures = [score["mean"], score["low"], score["high"], both["expected"]]
print(net, *alone, f"{100 * both['gap_top'][0]:.2f}", f"{both['gap_nats']:.4f}",
      *(f"{figure:.4f}" for figure in figures), sep="\t")
END
  ) || fail "no row for $5"
  (IFS=$'\t' && echo "${*:1:4}"$'\t'"$found") >>"$rows"
  tail -n 1 "$rows" >&2
  [[ ${KEEP-} == 1 ]] || rm "$6.inspect.json" "$6.evaluate.json"
}

if [[ ${1-} == --row ]]; then
  model=${MODEL:?set it to the model to measure}
  [[ $4 =~ ^(none|small|medium)$ && $3 =~ ^[0-9]+$ ]] || fail "no sentences and size: \`$3 $4\`"
  [[ $2 =~ ^[0-9.]+$ && $5 =~ ^[0-9.]+$ ]] || fail "no numbers: \`$2\`, \`$5\`"
  if measured "${@:2:3}"; then
    say "$2 million tokens, $3 sentences, $4: measured before"
  else
    row "${@:2:3}" "$5"$'\t-\t-' "$model" "$work/$2-$3-$4"
  fi
else
  whole=${texts[-1]}
  for n in "${lengths[@]}"; do
    if ((n)); then measure "$whole" "$n" medium; else measure "$whole" 0 none; fi
  done
  for size in "${sizes[@]}"; do
    measure "$whole" "$length" "$size"
  done
  for tokens in "${texts[@]}"; do
    measure "$tokens" 0 none
    measure "$tokens" "$length" "${TEXT_SIZE:-medium}"
  done
  ((matched)) || fail "ONLY=\"${ONLY-}\" names no row; see --help"
fi
say "rows: $rows"
