"""Answers sentences.

spark-submit answer.py test.csv -o submission.csv -m news.impute     the competition's file
spark-submit answer.py rows.parquet -o answered --column sentence    a column of a table, one more column
spark-submit answer.py part-*.zst -o answered                        lines of texts: file, offset, sentence, answer
"""

import argparse
import csv

from impute import spark
from pyspark.sql import SparkSession


def submission(test, output, model, lossy):
    """Answers the competition's CSV, which the driver reads and writes."""
    text = {"encoding": "utf-8", "errors": "surrogateescape" if lossy else "strict"}
    with open(test, newline="", **text) as file:
        header, *rows = csv.reader(file, strict=True)
    frame = session.createDataFrame([(int(id), sentence.encode(**text)) for id, sentence in rows], header)
    answered = spark.answer(frame, header[1], model, lossy=lossy).collect()  # in the order of the file
    with open(output, "w", newline="", **text) as file:
        table = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        table.writerows([header, *((row[0], bytes(row["answer"]).decode(**text)) for row in answered)])


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("inputs", nargs="+", help="what to answer, seen by all executors under the same path")
parser.add_argument("-o", "--output", required=True, help="a CSV for a CSV, else a folder of Parquet")
parser.add_argument("-m", "--model", help="model file [default: the one that ships with the package]")
parser.add_argument("--column", default="sentence", help="column of a table [default: sentence]")
parser.add_argument("--lossy", action="store_true", help="accept what is not UTF-8, and keep its bytes")
given = parser.parse_args()
session = SparkSession.builder.appName("impute answer").getOrCreate()
if given.inputs[0].endswith(".csv"):
    [test] = given.inputs
    submission(test, given.output, given.model, given.lossy)
elif given.inputs[0].endswith(".parquet"):
    frame = session.read.parquet(*given.inputs)
    spark.answer(frame, given.column, given.model, lossy=given.lossy).write.parquet(given.output)
else:
    frame = spark.lines(given.inputs, lossy=given.lossy)
    answered = spark.answer(frame, "sentence", given.model, insert="words", lossy=given.lossy)
    answered.write.parquet(given.output)
