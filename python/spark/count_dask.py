"""Counts files with Dask, a task a file: python count_dask.py tcp://scheduler:8786 news.counts news-*.zst"""

import os
import sys

import impute
from distributed import Client

if __name__ == "__main__":
    client, out, *texts = Client(sys.argv[1]), *map(os.path.abspath, sys.argv[2:])
    parts, settings = [f"{out}.{i}.part" for i in range(len(texts))], {"memory": 512 << 20, "threads": 1}
    counts = [client.submit(impute.count, [text], part, **settings) for text, part in zip(texts, parts)]
    client.gather(counts)
    client.submit(impute.merge, parts, out).result()
    [os.remove(part) for part in parts]
