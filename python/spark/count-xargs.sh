#!/bin/sh
# Counts files on one machine, a process a file, as many at a time as $JOBS, and joins the counts:
#     JOBS=8 ./count-xargs.sh news.counts news-*.zst
set -eu
out=$1 && shift
folder=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$folder"' EXIT
i=0
for text; do
  i=$((i + 1))
  printf '%s\0%s\0' "$text" "$folder/$i.counts"
done | xargs -0 -P "${JOBS:-2}" -n 2 sh -c 'impute count -q --threads 1 -S "${MEMORY:-512M}" "$0" -o "$1"'
impute merge -q "$folder"/*.counts -o "$out"
