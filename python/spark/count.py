"""Counts texts for `impute train --counts`: spark-submit count.py news-*.zst -o news.counts"""

import argparse

from impute import spark

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("texts", nargs="+", help="files that all executors see under the same path")
parser.add_argument("-o", "--output", required=True, help="where the counts go")
parser.add_argument("--order", type=int, default=3, help="highest order of the n-grams [default: 3]")
parser.add_argument("--held-out", type=int, default=3000, help="lines kept out for calibration [default: 3000]")
parser.add_argument("--language", help="pass over lines in other languages than this one, as `en`")
parser.add_argument("--lossy", action="store_true", help="accept lines that are not UTF-8")
parser.add_argument("--piece", type=int, default=128, help="MiB of text in a task [default: 128]")
parser.add_argument("--memory", type=int, default=512, help="MiB of memory of a task [default: 512]")
given = parser.parse_args()
told = spark.count(
    given.texts,
    given.order,
    given.output,
    held_out=given.held_out,
    language=given.language,
    lossy=given.lossy,
    piece=given.piece << 20,
    memory=given.memory << 20,
)
print(f"{told['path']}: {told['size']} bytes, of {told['pieces']} pieces of texts")
