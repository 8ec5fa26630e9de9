"""Counting, training and answering on a Spark cluster, with the bytes that one machine gives.

    from impute import spark

    spark.count(glob.glob("/shared/news/*.zst"), 3, "/shared/news.counts")
    spark.train(glob.glob("/shared/news/*.zst"), "/shared/news.impute")
    spark.answer(frame, "sentence", "/shared/news.impute")

Texts, counts and models are files in folders that the driver and all executors see under the same path (NFS, Lustre,
EFS, a mounted bucket). Files are read as bytes, by the reader of the command line and never by Spark's, which
replaces what is not UTF-8 and splits lines at a lone carriage return without a word.

`count`, `train` and `lines` work in the session that is active, or start one.
"""

from ._answer import answer
from ._count import count
from ._lines import lines
from ._train import train

__all__ = ["answer", "count", "lines", "train"]
