#!/usr/bin/env bash
# Trains the shipped classifier again, byte for byte: data/languages/rebuild.sh CORPUS OUTPUT, with `impute` on the path.
# CORPUS holds train.tsv.zst, train.src.zst, dev.tsv.zst and other.tsv.zst; MODEL_CARD.md says what these are. It takes two minutes
# of one core and 1.2 GB of memory.
set -euo pipefail
corpus=$1 output=$2
export SOURCE_DATE_EPOCH=1795996800 LC_ALL=C.UTF-8
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Without the messages of MediaWiki, whose licence is another one.
paste <(zstdcat "$corpus/train.src.zst") <(zstdcat "$corpus/train.tsv.zst") |
  awk -F '\t' -v OFS='\t' '$1 != "mediawiki" { print $2, $3 }' >"$folder/train.tsv"

# Serbian in the other script as well.
grep -P '^sr\t' "$folder/train.tsv" | cut -f 2 | sed 's/.*/\L&/' >"$folder/serbian"
{
  grep -P '\p{Cyrillic}' "$folder/serbian" |
    sed 's/љ/lj/g; s/њ/nj/g; s/џ/dž/g; y/абвгдђежзијклмнопрстћуфхцчш/abvgdđežzijklmnoprstćufhcčš/'
  grep -vP '\p{Cyrillic}' "$folder/serbian" |
    sed 's/lj/љ/g; s/nj/њ/g; s/dž/џ/g; y/abvgdđežzijklmnoprstćufhcčš/абвгдђежзијклмнопрстћуфхцчш/'
} | sed 's/^/sr\t/' >"$folder/serbian.tsv"

# Other languages in groups of relatives; what is in no group, each in a script of its own, is one together.
zstdcat "$corpus/other.tsv.zst" | awk -F '\t' -v OFS='\t' '
  BEGIN {
    groups = "afr nds ltz|isl fao|lat|epo ido ina|glg|oci|bel|mkd|ceb|tgl fil|ilo|lav|sqi mlt|cym bre gle" \
      "|aze aze-Latn uzb tuk kmr|tat bak kir mon tgk-Cyrl|urd pus snd-Arab|ckb-Arab uig|mar nep" \
      "|cmn zho-CN zho-TW yue|swa swh kin nya sna-Latn xho zul ssw nde tsn nso ven bem" \
      "|smo tah ton mri fij mlg|hau ibo yor wol ewe fuc som orm kab ber shi cmt hmn"
    for (i = split(groups, group, "|"); i > 0; i--)
      for (j = split(group[i], code, " "); j > 0; j--) of["other:" code[j]] = "other:" i
  }
  { print ($1 in of ? of[$1] : "other:0"), $2 }' >"$folder/other.tsv"

zstdcat "$corpus/dev.tsv.zst" >"$folder/dev.tsv"
impute language train "$folder/train.tsv" "$folder/serbian.tsv" "$folder/other.tsv" --held-out "$folder/dev.tsv" \
  --license "CC BY-SA 4.0; see MODEL_CARD.md" -o "$output"
