"""Probabilities, as kenlm has them."""

from __future__ import annotations

import copy
import math

import impute
import numpy
import pytest

SENTENCE = "He said that it was a mistake ."


def test_a_score_is_the_sum_over_its_words(model):
    words = model.full_scores(SENTENCE)
    assert len(words) == len(SENTENCE.split()) + 1
    assert model.score(SENTENCE) == pytest.approx(sum(log10_p for log10_p, _, _ in words))
    assert all(1 <= length <= model.order and not unknown for _, length, unknown in words)
    assert model.perplexity(SENTENCE) == pytest.approx(10 ** (-model.score(SENTENCE) / len(words)))


def test_the_ends_count_only_if_asked(model):
    assert len(model.full_scores(SENTENCE, eos=False)) == len(SENTENCE.split())
    inner = model.score(SENTENCE, bos=False, eos=False)
    assert inner == pytest.approx(sum(p for p, _, _ in model.full_scores(SENTENCE, bos=False, eos=False)))
    assert inner != model.score(SENTENCE, bos=True, eos=False)


def test_unknown_words_are_told(model):
    assert [unknown for _, _, unknown in model.full_scores("He xyzzyx", eos=False)] == [False, True]
    assert "He" in model and b"He" in model and "xyzzyx" not in model
    assert model.id("xyzzyx") == 0
    with pytest.raises(IndexError):
        model.word(model.vocabulary_size)


def test_scores_of_many_are_those_of_each(model, sentences):
    scores = model.scores(sentences)
    assert isinstance(scores, numpy.ndarray) and scores.dtype == numpy.float64 and scores.shape == (len(sentences),)
    assert scores.flags.writeable
    assert scores.tolist() == [model.score(sentence) for sentence in sentences]
    assert model.scores(sentences, eos=False)[0] == model.score(sentences[0], eos=False)


def test_states_lead_from_word_to_word(model):
    state = model.begin_state()
    total = sum(model.base_score(state, word, state) for word in [*SENTENCE.split(), "</s>"])
    assert total == pytest.approx(model.score(SENTENCE))
    before, after = model.null_state(), impute.State()
    log10_p, length, unknown = model.base_full_score(before, "xyzzyx", after)
    assert (length, unknown) == (1, True) and log10_p < -1
    assert before == model.null_state()


def test_states_are_values(model):
    begin, null = model.begin_state(), model.null_state()
    assert begin == model.begin_state() and hash(begin) == hash(model.begin_state())
    assert begin != null and (begin < null) != (null < begin)
    copied = copy.copy(begin)
    model.base_score(copied, "He", copied)
    assert copied != begin == copy.deepcopy(begin)


def test_generated_sentences_are_likely(model):
    drawn = impute.generate(model, 20, seed=5)
    assert len(drawn) == 20 and drawn == impute.generate(model, 20, seed=5) != impute.generate(model, 20, seed=6)
    assert all(math.isfinite(score) for score in model.scores(drawn))
    assert all(one.startswith("The ") for one in impute.generate(model, 3, prompt="The"))
