"""Prints the log10 probability that KenLM gives to every line of a text, ends included.

usage: kenlm_scores.py MODEL.arpa TEXT
"""

import sys

import kenlm

model = kenlm.Model(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as text:
    for line in text:
        print(repr(model.score(line.rstrip("\n"), bos=True, eos=True)))
