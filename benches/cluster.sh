#!/usr/bin/env bash
# Compares `impute cluster --by form` with scikit-learn's HashingVectorizer and MiniBatchKMeans: processor seconds and
# memory on news, and how well the clusters of sentences in 38 languages are the languages.
#
#   bash benches/cluster.sh          runs all and prints a row each: program, text, lines, clusters, user and system
#                                    seconds, peak resident KiB, NMI
#   bash benches/cluster.sh --help   this text
#
# Both see the same n-grams (2 to 4 characters inside words between their edges), take a sample of 50,000 lines, learn
# from 100 mini-batches of 1,024 lines of it, and put every line to a cluster.
#
# Environment:
#   IMPUTE   the program [target/release/impute]
#   PYTHON   a Python with scikit-learn [python3]
#   CORPUS   folder with news.txt.zst, languages/dev.tsv.zst and languages/dev.cls.zst
#   WORK     folder for texts and clusters [a new one]; 4 GB
#   LINES    lines of news [100000 1000000 10000000], repeated where there are fewer; the peer clusters PEER of them
#   PEER     lines of news for the peer [1000000]
#   SEEDS    seeds for the languages [1 2 3]
#
# Needs GNU time as /usr/bin/time, and zstd.
set -euo pipefail

case ${1-} in
  '') ;;
  -h | --help) exec awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0" ;;
  *) echo "unknown argument \`$1\`; see --help" >&2 && exit 2 ;;
esac

here=$(dirname "$0")
impute=${IMPUTE:-$here/../target/release/impute} python=${PYTHON:-python3}
corpus=${CORPUS:?set it to the folder with news.txt.zst and languages}
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"

# measure NAME TEXT LINES K KINDS COMMAND...: one row; KINDS is `-` where they are not known.
measure() {
  local name=$1 text=$2 lines=$3 k=$4 kinds=$5 nmi=-
  shift 5
  /usr/bin/time -o "$work/time" -f $'%U\t%S\t%M' "$@"
  [[ $kinds == - ]] || nmi=$("$python" "$here/cluster.py" nmi "$kinds" "$work/clusters")
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$text" "$lines" "$k" "$(<"$work/time")" "$nmi"
}

paste <(zstd -dc "$corpus/languages/dev.cls.zst") <(zstd -dc "$corpus/languages/dev.tsv.zst") |
  awk -F'\t' '$1 == "sentences" { print $3 > kinds; print $4 > text }' \
    kinds="$work/kinds" text="$work/sentences.txt"
for seed in ${SEEDS:-1 2 3}; do
  lines=$(wc -l <"$work/kinds")
  measure impute languages "$lines" 38 "$work/kinds" \
    "$impute" cluster "$work/sentences.txt" -k 38 --by form --seed "$seed" -q -o "$work/clusters"
  measure scikit-learn languages "$lines" 38 "$work/kinds" \
    "$python" "$here/cluster.py" group "$work/sentences.txt" 38 "$seed" "$work/clusters"
done

for lines in ${LINES:-100000 1000000 10000000}; do
  text=$work/news-$lines.txt
  # The end of head ends zstd, which is no failure here.
  [[ -s $text ]] || (set +o pipefail && while :; do zstd -dc "$corpus/news.txt.zst" | head -1000000; done |
    head -"$lines" >"$text") 2>/dev/null
  measure impute news "$lines" 100 - "$impute" cluster "$text" -k 100 --by form -q -o "$work/clusters"
  [[ $lines != "${PEER:-1000000}" ]] ||
    measure scikit-learn news "$lines" 100 - "$python" "$here/cluster.py" group "$text" 100 1 "$work/clusters"
done
