#!/usr/bin/env bash
# Measures the learning curve: how score, gap and word depend on the amount of text, on the order of the
# n-grams and on the net.
#
#   bash benches/learning.sh     trains on parts of $CORPUS/news.txt.zst, measures on its lm1b-dev
#   MODEL=FILE bash benches/learning.sh --row TOKENS ORDER SENTENCES CPU_S
#                                measures a model that was trained before, and adds its row
#   bash benches/learning.sh --help   this text
#
# Trained are n-grams of every one of ORDERS on every one of TEXTS, then, on every one of NETS, trigrams
# with pairs of distant words (`--skip`) and a net that sees every sentence PASSES times. A text smaller
# than the whole is lines spread evenly over it, so that all sources and years are in it.
#
# Every run adds a row to $WORK/learning.tsv when it ends; runs whose row is there are skipped, so that an
# interrupted script goes on where it stopped; a model that lies in $WORK because only its measurement was
# interrupted is not trained again. `python3 benches/learning_plot.py $WORK/learning.tsv` fits the rows and
# draws them.
#
# --row takes what the model was trained with: million tokens of text, order, sentences that the net has
# seen (0 without a net), user and system seconds of the training. Models with pairs of distant words and
# models without are different curves.
#
# Environment:
#   IMPUTE     the program [target/release/impute]
#   CORPUS     folder with news.txt.zst, lm1b-dev.test.csv and lm1b-dev.solution.csv
#   WORK       folder for texts, models, temporary files and rows [a new one]; 3 GB suffice there
#   MODEL      the model to measure with --row
#   TEXTS      million tokens to train on [1 2 5 10 20 54]; the last only names the whole text
#   ORDERS     orders of the n-grams [3 5]
#   NETS       million tokens to train on with a net [1 5]; empty for none
#   PASSES     how often the net sees a sentence [2]
#   SIZE       size of the net [medium]
#   SKIP       0 trains the models with a net without pairs of distant words [1]
#   ONLY       run this row only: its million tokens, order and `net` or `none`, as ONLY="54 5 none"
#   KEEP       1 keeps the models and reports
#
# Columns: million tokens of text, order, sentences seen by the net, 1 for a model with pairs of distant
# words and 0 without, user and system seconds of the training, score, ends of its 95 % interval, share of
# sentences whose true gap comes first, of missing words that come first and among the first ten given
# their gap, of those of 7 characters or more that come first (%), score that the model expects, score of
# the unchanged sentences. A `-` is an empty value.
#
# Needs GNU time as /usr/bin/time (apt-get install time), awk, python3, and zstd for the parts of the text.
set -euo pipefail
shopt -s inherit_errexit

case ${1-} in
  '') ;;
  --row) (($# == 5)) || { echo "--row takes TOKENS ORDER SENTENCES CPU_S; see --help" >&2 && exit 2; } ;;
  -h | --help) exec awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0" ;;
  *) echo "unknown argument \`$1\`; see --help" >&2 && exit 2 ;;
esac

read -ra texts <<<"${TEXTS:-1 2 5 10 20 54}"
read -ra orders <<<"${ORDERS:-3 5}"
read -ra nets <<<"${NETS-1 5}"
name=learning
source "$(dirname "$0")/common.sh"

begin text_tokens order sentences skip cpu_s score low high gap1 word1 word10 long_word1 expected \
  unchanged

# 1 for a model with pairs of distant words, 0 for one without.
pairs() {
  "$impute" inspect --json "$1" | python3 -c '
import json, sys
print(int(any(s["name"] == "skip" and s["bytes"] for s in json.load(sys.stdin)["sections"])))'
}

# Trains and adds a row: tokens, order, `net` or `none`.
measure() {
  [[ -z ${ONLY-} || $ONLY == "$*" ]] || return 0
  matched=1
  local text sentences=0 skip=0 options=(--net none) used
  text=$(part "$1")
  if [[ $3 == net ]]; then
    sentences=$(($(zstd -dcf "$text" | wc -l) * ${PASSES:-2}))
    options=(--net "$sentences" --net-size "${SIZE:-medium}")
    skip=${SKIP:-1}
    ((!skip)) || options+=(--skip)
  fi
  if measured "$1" "$2" "$sentences" "$skip"; then
    say "$1 million tokens, order $2, $sentences sentences: measured before"
    return
  fi
  say "$1 million tokens, order $2, $sentences sentences"
  local out=$work/$1-$2-$sentences-$skip.impute log=$work/$1-$2-$sentences-$skip.log
  if [[ ! -f $out ]] || ! grep -qs 'Exit status: 0' "$log.time"; then
    rm -f "$out" "$log.time"
    /usr/bin/time -v -o "$log.time" \
      "$impute" train "$text" --order "$2" "${options[@]}" -T "$work" -o "$out" 2>"$log" ||
      fail "training failed: $(cat "$log")"
  fi
  used=$(awk -F ': ' '/(User|System) time/ { cpu += $NF } END { printf "%.2f", cpu }' "$log.time")
  row "$1" "$2" "$sentences" "$skip" "$used" "$out"
  [[ ${KEEP-} == 1 ]] || rm "$out" "$log" "$log.time"
}

# Adds a row: tokens, order, sentences, pairs, seconds, the model.
row() {
  local found report=$work/$1-$2-$3-$4
  "$impute" inspect --json "$6" >"$report.inspect.json"
  "$impute" evaluate "${benchmark[@]}" --model "$6" --method posterior --json >"$report.evaluate.json"
  found=$(python3 - "$2" "$3" "$report.inspect.json" "$report.evaluate.json" <<'END'
import json, sys
order, sentences = map(int, sys.argv[1:3])
model, report = [json.load(open(path)) for path in sys.argv[3:]]
net = any(section["name"].startswith("net") and section["bytes"] for section in model["sections"])
if model["order"] != order:
    sys.exit(f"order {order}, but the model has order {model['order']}")
if net != (sentences > 0):
    sys.exit(f"{sentences} sentences, but the model has {'a' if net else 'no'} net")
both = report["methods"][0]
shares = [both["gap_top"][0], *both["word_top"]]
long = [group for group in report["by_length"] if group["chars"][0] >= 7]
count = sum(group["sentences"] for group in long)
right = sum(group["sentences"] * group["methods"][0]["word_top"][0] for group in long)
score = both["score"]
print(*(f"{score[name]:.4f}" for name in ("mean", "low", "high")),
      *(f"{100 * share:.2f}" for share in shares),
      f"{100 * right / count:.2f}" if count else "-",
      f"{both['expected']:.4f}", f"{report['unchanged']['mean']:.4f}", sep="\t")
END
  ) || fail "no row for $6"
  (IFS=$'\t' && echo "${*:1:5}"$'\t'"$found") >>"$rows"
  tail -n 1 "$rows" >&2
  [[ ${KEEP-} == 1 ]] || rm "$report.inspect.json" "$report.evaluate.json"
}

if [[ ${1-} == --row ]]; then
  model=${MODEL:?set it to the model to measure}
  [[ $3 =~ ^[2-5]$ && $4 =~ ^[0-9]+$ ]] || fail "no order and sentences: \`$3 $4\`"
  [[ $2 =~ ^[0-9.]+$ && $5 =~ ^[0-9.]+$ ]] || fail "no numbers: \`$2\`, \`$5\`"
  skip=$(pairs "$model")
  if measured "${@:2:3}" "$skip"; then
    say "$2 million tokens, order $3, $4 sentences: measured before"
  else
    row "${@:2:3}" "$skip" "$5" "$model"
  fi
else
  for order in "${orders[@]}"; do
    for tokens in "${texts[@]}"; do
      measure "$tokens" "$order" none
    done
  done
  for tokens in "${nets[@]}"; do
    measure "$tokens" 3 net
  done
  ((matched)) || fail "ONLY=\"${ONLY-}\" names no row; see --help"
fi
say "rows: $rows"
