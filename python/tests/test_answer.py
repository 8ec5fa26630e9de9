"""Sentences in, answers out."""

from __future__ import annotations

import copy
import pickle

import impute
import pytest

BROKEN = "He said that it a mistake ."
WHOLE = "He said that it was a mistake ."


def test_answers_are_those_of_the_command_line(model, sentences, expected):
    assert [answer.sentence for answer in model.answer(sentences)] == expected


def test_the_number_of_threads_does_not_matter(sentences, expected):
    for threads in (1, 3):
        model = impute.Model.load(threads=threads)
        assert model.threads == threads
        assert model.answer(sentences, as_="column") == expected


def test_a_sentence_gives_an_answer_with_all_that_is_known(model):
    answer = model.answer(BROKEN)
    assert isinstance(answer, impute.Answer)
    assert (answer.given, answer.sentence, str(answer)) == (BROKEN, WHOLE, WHOLE)
    assert (answer.word, answer.gap, answer.byte, answer.changed, answer.is_word) == ("was", 4, 15, True, True)
    assert answer.expected == pytest.approx(0.86, abs=0.01)
    assert answer.gain == pytest.approx(3.0, abs=0.01)


def test_a_sentence_of_two_words_stays_as_it_is(model):
    answer = model.answer("He said")
    assert (answer.sentence, answer.word, answer.gap, answer.changed) == ("He said", None, None, False)


def test_only_words_go_in_if_asked(model):
    assert model.answer("He the house .").sentence == "He tered the house ."
    for answer in model.answer(["He the house .", BROKEN], insert="words"):
        assert answer.is_word == answer.changed


def test_the_classic_method_always_inserts(model, sentences):
    answers = model.answer(sentences[:20], method="min-likelihood")
    assert all(answer.changed and answer.expected is None for answer in answers)


def test_answers_are_equal_hashed_and_pickled_by_what_they_say(model):
    answer, again, other = model.answer([BROKEN, BROKEN, "He the house ."])
    assert answer == again and hash(answer) == hash(again)
    assert answer != other
    for copied in (copy.copy(answer), copy.deepcopy(answer), pickle.loads(pickle.dumps(answer))):
        assert copied == answer


def test_dicts_have_the_fields_of_objects(model):
    [found] = model.answer([BROKEN], as_="dicts")
    answer = model.answer(BROKEN)
    assert found["sentence"] == WHOLE and found["word"] == "was"
    assert found == answer.to_dict()


def test_bytes_that_are_no_utf8_come_back(model):
    given = b"He said that it a \xff mistake ."
    answer = model.answer(given)
    back = answer.sentence.encode("utf-8", "surrogateescape")
    assert b"\xff" in back
    assert answer.given.encode("utf-8", "surrogateescape") == given


def test_the_best_pairs_begin_with_the_likeliest(model):
    best = model.k_best(BROKEN, k=3)
    assert best.answer.sentence == WHOLE
    assert [pair.word for pair in best.top] == ["was", "is", "'s"]
    for pair in best.top:
        assert pair.probability == pytest.approx(pair.gap_probability * pair.word_probability)
    assert best.answer.gap_probability == pytest.approx(0.998, abs=0.001)
    many = model.k_best(iter([BROKEN, BROKEN]), k=1)
    assert [len(one.top) for one in many] == [1, 1]
    assert many[0].to_dict()["top"][0]["word"] == "was"
    assert model.k_best([BROKEN] * 2, k=1, as_="dicts") == [one.to_dict() for one in many]
    with pytest.raises(TypeError, match='as_="dicts" is for many'):
        model.k_best(BROKEN, as_="dicts")
    with pytest.raises(ValueError, match="as_ is 'objects' or 'dicts', not 'column'"):
        model.k_best([BROKEN], as_="column")


def test_words_for_a_place(model):
    found = model.fill("He said that it", "a mistake .", top_k=3)
    assert [word["token_str"] for word in found] == ["was", "is", "'s"]
    assert found[0]["sequence"] == WHOLE
    assert found[0]["score"] == pytest.approx(0.5869, abs=0.001)
    assert model.word(found[0]["token"]) == "was" and model.id("was") == found[0]["token"]


def test_only_targets_are_scored_where_they_are_given(model):
    found = model.fill("He said that it", "a mistake .", targets=["was", "xyzzy", "is"])
    assert [word["token_str"] for word in found[:2]] == ["was", "is"]
    assert {word["token_str"]: word["score"] for word in found}["xyzzy"] == 0
    with pytest.raises(TypeError, match='targets=\\["…"\\]'):
        model.fill("He said that it", "a mistake .", targets="was")


def test_an_explanation_has_every_gap_and_the_words_of_the_likely_ones(model):
    explained = model.explain(BROKEN, words=2)
    assert explained.tokens == BROKEN.split()
    assert len(explained.gap_probabilities) == len(explained.tokens) - 1
    assert sum(explained.gap_probabilities) == pytest.approx(1)
    [likely] = explained.likely
    assert likely["gap"] == 4
    assert [word["word"] for word in likely["words"]] == ["was", "is"]
    assert explained.answer == model.k_best(BROKEN).answer
    assert explained.to_dict()["sentence"] == BROKEN


def test_ordinary_text_is_repaired_where_it_is_sure(model):
    text = "Mrs. Carter said that she not going to sell more eggs.\n\nThe rest, all of it, is as it was.\n"
    repaired = model.repair(text)
    assert repaired.text == text.replace("she not", "she was not")
    [insertion] = repaired.insertions
    assert insertion.word == "was"
    assert text[: insertion.offset] + insertion.insert + text[insertion.offset :] == repaired.text
    assert insertion.alternatives[0] == ("was", pytest.approx(insertion.probability))
    assert model.repair(text, at_least=0.999).insertions == []


def test_offsets_of_a_repair_count_characters(model):
    text = "Où ça ? Mrs. Carter said that she not going to sell more eggs."
    [insertion] = model.repair(text).insertions
    assert text[: insertion.offset].rstrip().endswith("she")
    [insertion] = model.repair(text.encode()).insertions
    assert text.encode()[: insertion.offset].rstrip().endswith(b"she")


def test_progress_adds_up_to_the_sentences(model, sentences):
    told = []
    model.answer(sentences, progress=told.append)
    assert sum(told) == len(sentences)
