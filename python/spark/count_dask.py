"""Counts files with Dask, a task a file: python count_dask.py tcp://scheduler:8786 news.counts news-*.zst"""

import os
import sys
import tempfile

import impute
from distributed import Client, wait

if __name__ == "__main__":
    client, out, *texts = Client(sys.argv[1]), *map(os.path.abspath, sys.argv[2:])
    with tempfile.TemporaryDirectory(".parts", f"{os.path.basename(out)}.", os.path.dirname(out)) as folder:
        parts, settings = [f"{folder}/{i}.counts" for i in range(len(texts))], {"memory": 512 << 20, "threads": 1}
        counts = [client.submit(impute.count, [text], part, **settings) for text, part in zip(texts, parts)]
        wait(counts)  # until no task writes to the folder, after an error too
        client.gather(counts)
        client.submit(impute.merge, parts, out).result()
