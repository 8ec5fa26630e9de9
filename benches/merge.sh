#!/usr/bin/env bash
# Counting a text in eight parts against merging their counts: processor seconds, memory and sizes.
# CORPUS is a folder with news.txt.zst (CONTRIBUTING.md); BYTES of it are counted.
set -euo pipefail
impute=${IMPUTE:-target/release/impute}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
zstdcat "$CORPUS/news.txt.zst" | head -c "${BYTES:-139000000}" > "$folder/all.txt" || true
split -n l/8 -d "$folder/all.txt" "$folder/part"
timed() {
    local what=$1
    shift
    /usr/bin/time -f "$what: %U + %S s of processor time, %M KB at the peak" "$@"
}
timed "counting the whole" "$impute" count "$folder/all.txt" -q -o "$folder/all.counts"
for part in "$folder"/part0?; do
    timed "counting a part" "$impute" count "$part" -q -o "$part.counts"
done
for _ in 1 2 3; do
    timed "merging eight parts" "$impute" merge "$folder"/part0?.counts -q -o "$folder/merged.counts"
done
cmp "$folder/all.counts" "$folder/merged.counts"
many=()
for _ in {1..25}; do many+=("$folder"/part0?.counts); done
timed "merging 200 files" "$impute" merge "${many[@]}" -q -o "$folder/many.counts"
ls -l "$folder/part00.counts" "$folder/all.counts"
