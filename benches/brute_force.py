"""Measures what the best word for a gap costs with KenLM: every word of the vocabulary is scored.

usage: brute_force.py MODEL.arpa TEST.csv IMPUTE [GAPS]

The model is written by `impute export --arpa` from the one that IMPUTE uses, the test is the competition's
CSV. For each of GAPS gaps [10], spread over the test, the words x are compared by
P(x|a1 a0) P(b0|a0 x) P(b1|x b0), and the best one must be the one that `impute fill` finds by its n-grams.
Two ways are timed, in processor seconds of one thread: every look-up called from Python, with the states of
KenLM; and KenLM's own loop over whole sentences, at three look-ups a word, which is what a program in C++
would take at least. Needs the module kenlm (`pip install cmake`, then `pip install kenlm`).
"""

import csv
import json
import subprocess
import sys
import time

import kenlm


def vocabulary(path):
    """The words of an ARPA file, the special ones left out."""
    words, inside = [], False
    with open(path, encoding="utf-8") as arpa:
        for line in arpa:
            if line.startswith("\\"):
                if inside:
                    break
                inside = line.startswith("\\1-grams:")
            elif inside and "\t" in line:
                words.append(line.split("\t")[1].rstrip("\n"))
    return [word for word in words if word not in ("<s>", "</s>", "<unk>")]


def best(model, words, left, right):
    """The best word between up to two words on each side, and the processor seconds of finding it."""
    begin = time.process_time()
    states = [kenlm.State() for _ in range(4)]
    if len(left) == 1:
        model.BeginSentenceWrite(states[0])
    else:
        model.NullContextWrite(states[0])
    for word in left:
        model.BaseScore(states[0], word, states[1])
        states[0], states[1] = states[1], states[0]
    after = (right + ["</s>"])[:2]
    found = (-1e9, None)
    for x in words:
        total = model.BaseScore(states[0], x, states[1])
        total += model.BaseScore(states[1], after[0], states[2])
        if len(after) > 1:
            total += model.BaseScore(states[2], after[1], states[3])
        found = max(found, (total, x))
    return found[1], time.process_time() - begin


def ours(impute, sentence):
    """The word that the n-grams of the program find likeliest."""
    command = [impute, "fill", sentence, "--json", "-k", "1000000", "-q"]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return max(json.loads(words)["words"], key=lambda word: word["ngrams"])["word"]


def main():
    arpa, test, impute = sys.argv[1:4]
    gaps = int(sys.argv[4]) if len(sys.argv) > 4 else 10
    model, words = kenlm.Model(arpa), vocabulary(arpa)
    if model.order != 3:
        sys.exit(f"{arpa}: order {model.order}; export a trigram model")
    with open(test, encoding="utf-8", newline="") as rows:
        sentences = [row["sentence"].split(" ") for row in csv.DictReader(rows)]
    sentences = [tokens for tokens in sentences if len(tokens) >= 6]
    seconds = 0.0
    for i in range(gaps):
        tokens = sentences[i * len(sentences) // gaps]
        at = 1 + i % (len(tokens) - 1)
        found, took = best(model, words, tokens[max(0, at - 2):at], tokens[at:at + 2])
        expected = ours(impute, " ".join([*tokens[:at], "_", *tokens[at:]]))
        if found != expected:
            sys.exit(f"{' '.join(tokens)}: {found} after {at} words, but impute finds {expected}")
        seconds += took
    begin, count = time.process_time(), 0
    lines = [" ".join(tokens) for tokens in sentences]
    while count < 3_000_000:
        for line, tokens in zip(lines, sentences):
            model.score(line)
            count += len(tokens) + 1
    look_up = (time.process_time() - begin) / count
    print(f"{len(words)} words, {gaps} gaps: the best words agree")
    print(f"from Python: {seconds / gaps * 1e6:,.0f} us a gap")
    gap = 3 * len(words) * look_up
    print(f"its own loop: {look_up * 1e9:,.0f} ns a look-up, {gap * 1e6:,.0f} us a gap")


if __name__ == "__main__":
    main()
