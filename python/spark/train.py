"""Trains a model: the executors count, the driver makes the model. spark-submit train.py news-*.zst -o news.impute"""

import argparse

from impute import spark

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("texts", nargs="+", help="files that all executors see under the same path")
parser.add_argument("-o", "--output", required=True, help="where the model goes")
parser.add_argument("--order", type=int, default=3, help="highest order of the n-grams [default: 3]")
parser.add_argument("--prune", type=int, nargs="+", default=[], help="leave out n-grams seen so often at most")
parser.add_argument("--net-on", nargs="+", default=[], help="texts, of those, that the driver trains a net on")
parser.add_argument("--skip", action="store_true", help="count pairs of distant words of these texts, too")
parser.add_argument("--language", help="pass over lines in other languages than this one, as `en`")
parser.add_argument("--lossy", action="store_true", help="accept lines that are not UTF-8")
parser.add_argument("--piece", type=int, default=128, help="MiB of text in a task [default: 128]")
parser.add_argument("--memory", type=int, help="MiB of memory of the driver [default: 60 %% of the machine's]")
given = parser.parse_args()
told = spark.train(
    given.texts,
    given.output,
    order=given.order,
    net_on=given.net_on,
    skip=given.skip,
    language=given.language,
    lossy=given.lossy,
    piece=given.piece << 20,
    prune=given.prune,
    memory=given.memory and given.memory << 20,
)
print(f"{given.output}: {told['size']} bytes")
