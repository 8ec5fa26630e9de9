"""Prints the log10 probability that KenLM gives to every line of a text, ends included unless told otherwise.

usage: kenlm_scores.py MODEL.arpa TEXT [--no-bos] [--no-eos]
"""

import sys

import kenlm

model = kenlm.Model(sys.argv[1])
bos, eos = "--no-bos" not in sys.argv, "--no-eos" not in sys.argv
with open(sys.argv[2], encoding="utf-8") as text:
    for line in text:
        print(repr(model.score(line.rstrip("\n"), bos=bos, eos=eos)))
