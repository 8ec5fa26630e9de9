# What the scripts that measure trainings on parts of the news share: sourced by learning.sh and net.sh, which
# say what it needs from the environment.
#
# Wants `name` of the script, and `texts`; gives impute, work, corpus, news, benchmark, rows, and functions.

impute=${IMPUTE:-$(dirname "$0")/../target/release/impute}
work=${WORK:-$(mktemp -d)}
corpus=${CORPUS:?set it to the folder with news.txt.zst and lm1b-dev}
news=$corpus/news.txt.zst benchmark=("$corpus"/lm1b-dev.{test,solution}.csv)
rows=$work/$name.tsv matched=0

say() { echo "$name: $*" >&2; }
fail() { say "$*" && exit 1; }

# Fails at once where something is missing, and begins the file of rows: its columns.
begin() {
  local file
  [[ -x $impute ]] || fail "$impute: no program; cargo build --release, or set IMPUTE"
  /usr/bin/time --version 2>&1 | grep -q GNU || fail "/usr/bin/time is not GNU time"
  for file in "${benchmark[@]}"; do
    [[ -f $file ]] || fail "$file: no such file"
  done
  mkdir -p "$work"
  [[ -s $rows ]] || (IFS=$'\t' && echo "$*") >"$rows"
}

# The text with so many million tokens: line n is in it where n times the share reaches the next integer.
part() {
  local text=$work/news-$1.txt
  [[ -f $news ]] || fail "$news: no such file"
  if [[ $1 == "${texts[-1]}" ]]; then
    echo "$news"
    return
  fi
  if [[ ! -f $text ]]; then
    say "cutting $1 million tokens"
    zstd -dc "$news" | awk -v part="$1" -v whole="${texts[-1]}" \
      'int(NR * part / whole) > int((NR - 1) * part / whole)' >"$text.part"
    mv "$text.part" "$text"
  fi
  echo "$text"
}

# Whether there is a row that begins with these fields.
measured() {
  local key
  key=$(IFS='|' && echo "$*")
  awk -v key="$key|" '{ gsub("\t", "|") } index($0, key) == 1 { found = 1 } END { exit !found }' "$rows"
}
