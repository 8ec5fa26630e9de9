"""Clusters the lines of a text with scikit-learn as benches/cluster.sh does with impute, or compares clusters with kinds.

    cluster.py group TEXT K SEED OUT    hashed n-grams of 2 to 4 characters inside words, 2^15 features, mini-batch
                                        k-means: 100 batches of 1,024 lines of a sample of 50,000; then all lines
    cluster.py nmi KINDS CLUSTERS       normalised mutual information of the first fields of two files
"""

import random
import sys

BATCHES, BATCH, SAMPLE, FEATURES = 100, 1024, 50_000, 2**15


def lines(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def chunks(path, size):
    chunk = []
    for line in lines(path):
        chunk.append(line)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def group(path, k, seed, out):
    import numpy
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.feature_extraction.text import HashingVectorizer

    draw = random.Random(seed)
    sample = []
    for i, line in enumerate(lines(path)):
        if i < SAMPLE:
            sample.append(line)
        elif (place := draw.randrange(i + 1)) < SAMPLE:
            sample[place] = line
    vectors = HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), n_features=FEATURES, alternate_sign=False, dtype=numpy.float32
    )
    means = MiniBatchKMeans(n_clusters=k, batch_size=BATCH, n_init=1, random_state=seed)
    at = len(sample)
    for _ in range(BATCHES):
        if at >= len(sample):
            draw.shuffle(sample)
            at = 0
        means.partial_fit(vectors.transform(sample[at : at + BATCH]))
        at += BATCH
    with open(out, "w") as file:
        for chunk in chunks(path, 4096):
            file.writelines(f"{cluster}\n" for cluster in means.predict(vectors.transform(chunk)))


def nmi(kinds, clusters):
    from sklearn.metrics import normalized_mutual_info_score

    first = [[line.split("\t")[0] for line in lines(path)] for path in (kinds, clusters)]
    print(f"{normalized_mutual_info_score(*first):.4f}")


match sys.argv[1:]:
    case ["group", path, k, seed, out]:
        group(path, int(k), int(seed), out)
    case ["nmi", kinds, clusters]:
        nmi(kinds, clusters)
    case _:
        sys.exit(__doc__)
