#!/usr/bin/env bash
# Measures training at scale: time, memory, temporary files and size of the model.
#
#   bash benches/scale.sh          on generated text of 1, 10, 100 and about 793 million tokens
#   bash benches/scale.sh news     on $CORPUS/news.txt.zst, 54 million tokens of real text
#   bash benches/scale.sh --help   this text
#
# The text is drawn from a model of the news (30,301,028 sentences, 4.3 GB). Every size is trained with
# order 3 and the large memory bound; the last one, which is the whole text, also with the small bound
# and with order 5, pruned. The real text is trained with orders 3 and 5, with and without lists and
# held-out lines.
#
# Every run adds a row to $WORK/scale.tsv when it ends; runs whose row is there are skipped, so that an
# interrupted script goes on where it stopped. `python3 benches/plot.py $WORK/scale.tsv` draws them.
#
# Environment:
#   IMPUTE     the program [target/release/impute]
#   CORPUS     folder with news.txt.zst
#   WORK       folder for texts, models, temporary files and rows [a new one]; the whole measurement
#              needs about 20 GB there. A text that lies there as big.txt is used as it is.
#   MODEL      draw the text from this model [$WORK/news.impute, trained from the news when missing]
#   SENTENCES  how many sentences to draw [30301028]
#   SIZES      million tokens to train on [1 10 100 793]; the last only names the whole text
#   LARGE      the memory bounds [16G]
#   SMALL      [4G]
#   ONLY       run this row only: its size or `news`, order and memory bound, as ONLY="793 3 16G"
#   KEEP       1 keeps the models
#
# Columns: text (million tokens, or news), tokens, order, prune, memory bound, flags, wall seconds, user
# and system seconds, peak resident KiB (mapped files included), bytes of temporary files, bytes of the
# model, n-grams of every order. A `-` is an empty value.
#
# Needs GNU time as /usr/bin/time (apt-get install time), awk and python3.
set -euo pipefail
shopt -s inherit_errexit

case ${1-} in
  '' | news) mode=${1:-scale} ;;
  -h | --help) exec awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0" ;;
  *) echo "unknown argument \`$1\`; see --help" >&2 && exit 2 ;;
esac

impute=${IMPUTE:-$(dirname "$0")/../target/release/impute}
work=${WORK:-$(mktemp -d)}
model=${MODEL:-$work/news.impute}
read -ra sizes <<<"${SIZES:-1 10 100 793}"
large=${LARGE:-16G} small=${SMALL:-4G}
lean=(--held-out 0 --no-lists)
counted=(--held-out 0) # lists, but no calibration: its time does not depend on the text
rows=$work/scale.tsv big=$work/big.txt matched=0

say() { echo "scale: $*" >&2; }
fail() { say "$*" && exit 1; }

[[ -x $impute ]] || fail "$impute: no program; cargo build --release, or set IMPUTE"
/usr/bin/time --version 2>&1 | grep -q GNU || fail "/usr/bin/time is not GNU time"
mkdir -p "$work"
[[ -s $rows ]] || {
  columns=(text tokens order prune memory flags wall_s cpu_s peak_kb temp_bytes model_bytes ngrams)
  (IFS=$'\t' && echo "${columns[*]}") >"$rows"
}

# The real text, if it is there.
news() {
  local text=${CORPUS:?set it to the folder with news.txt.zst}/news.txt.zst
  [[ -f $text ]] || fail "$text: no such file"
  echo "$text"
}

# The generated text, whole.
whole() {
  if [[ ! -f $big ]]; then
    if [[ ! -f $model ]]; then
      say "training the model to draw from"
      local text
      text=$(news)
      "$impute" train "$text" "${lean[@]}" -T "$work" -o "$model" >&2
    fi
    say "drawing the text"
    "$impute" generate -n "${SENTENCES:-30301028}" --seed 1 --model "$model" -o "$big" >&2
  fi
  echo "$big"
}

# The first lines of the generated text with at most $1 million tokens; all of it for the last size.
part() {
  local text=$work/$1.txt
  if [[ $1 == "${sizes[-1]}" ]]; then
    whole
    return
  fi
  if [[ ! -f $text ]]; then
    whole >/dev/null
    say "cutting $1 million tokens"
    awk -v most="$1" '(tokens += NF) > most * 1e6 { exit } { print }' "$big" >"$text.part"
    mv "$text.part" "$text"
  fi
  echo "$text"
}

# Trains and adds a row: size or `news`, order, memory bound, `--prune` values or `-`, flags.
measure() {
  local name=$1 order=$2 memory=$3 prune=$4 flags=${*:5}
  local key=$name-$order-$memory text options=("${@:5}")
  [[ -z ${ONLY-} || $ONLY == "$name $order $memory" ]] || return 0
  matched=1
  if awk -F '\t' -v key="$name|$order|$prune|$memory|${flags:--}" \
    '$1 "|" $3 "|" $4 "|" $5 "|" $6 == key { found = 1 } END { exit !found }' "$rows"; then
    say "$name, order $order, $memory: measured before"
    return
  fi
  if [[ $name == news ]]; then text=$(news); else text=$(part "$name"); fi
  [[ -z $flags ]] || key+=-lean
  if [[ $prune != - ]]; then
    local thresholds
    read -ra thresholds <<<"$prune"
    options+=(--prune "${thresholds[@]}")
  fi
  say "$name, order $order, $memory${flags:+ $flags}"
  local out=$work/$key.impute log=$work/$key.log
  /usr/bin/time -v -o "$log.time" \
    "$impute" train "$text" --order "$order" -S "$memory" -T "$work" "${options[@]}" -o "$out" \
    2>"$log" || fail "training failed: $(cat "$log")"
  row "$name" "$order" "$prune" "$memory" "${flags:--}" "$out" "$log" >>"$rows"
  tail -n 1 "$rows" >&2
  [[ ${KEEP-} == 1 ]] || rm "$out" "$log" "$log.time"
}

# A row from what a run left behind: its key, the model, the log.
row() {
  local used temporary made tokens bytes ngrams
  used=$(awk -F ': ' '
    /Elapsed/ { n = split($NF, part, ":"); for (i = 1; i <= n; i++) wall = wall * 60 + part[i] }
    /(User|System) time/ { cpu += $NF }
    /Maximum resident/ { peak = $NF }
    END { printf "%.2f\t%.2f\t%d", wall, cpu, peak }' "$7.time")
  temporary=$(awk '/ MB of temporary files$/ { sum = $1 * 1e6 } END { printf "%.0f", sum }' "$7")
  made=$("$impute" inspect --json "$6" | python3 -c '
import json, sys
m = json.load(sys.stdin)
print(m["provenance"]["tokens"], m["bytes_on_disk"], *m["ngrams"])')
  read -r tokens bytes ngrams <<<"$made"
  printf '%s\t' "$1" "$tokens" "${@:2:4}" "$used" "$temporary" "$bytes"
  printf '%s\n' "$ngrams"
}

if [[ $mode == news ]]; then
  for order in 3 5; do
    measure news "$order" "$large" - --net none
    measure news "$order" "$large" - "${lean[@]}"
  done
else
  for size in "${sizes[@]}"; do
    measure "$size" 3 "$large" - "${counted[@]}"
  done
  measure "${sizes[-1]}" 3 "$small" - "${counted[@]}"
  measure "${sizes[-1]}" 5 "$large" "0 0 1 1 1" "${counted[@]}"
fi
((matched)) || fail "ONLY=\"$ONLY\" names no row; see --help"
say "rows: $rows"
