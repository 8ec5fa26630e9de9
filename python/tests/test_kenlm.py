"""`impute.kenlm` beside the module `kenlm`, on a model that both open."""

from __future__ import annotations

import copy
import gzip
import math
import os
import pickle
import re

import impute
import pytest
from conftest import TOY
from impute import kenlm as ours

theirs = pytest.importorskip("kenlm")

SENTENCES = [
    *TOY.read_text().splitlines()[:50],
    "",
    "the",
    "xyzzy the train xyzzy xyzzy",
    "the\ttrain  stopped\n",
    "the\x0btrain\x0cstopped\r\n",
    "the\N{NO-BREAK SPACE}train\N{EM SPACE}stopped",
    "the </s>",
    "the </s> train stopped",
    "the <unk> train",
    "Où est-ce ?",
]
NEAR = 2e-6
"""KenLM has 24 bits of a number."""


@pytest.fixture(scope="module", params=[ours, theirs], ids=["impute", "kenlm"])
def kenlm(request):
    """Each of both: what is true of one is true of the other."""
    return request.param


@pytest.fixture(scope="module")
def both(arpa):
    return ours.Model(arpa), theirs.Model(arpa)


def near(number):
    return pytest.approx(number, rel=NEAR, abs=1e-5)


def test_the_face_is_the_same():
    def public(of):
        return {name for name in dir(of) if not name.startswith("_")}

    assert public(theirs) - {"os"} <= public(ours)
    for name in ("Model", "LanguageModel", "State", "Config", "FullScoreReturn", "ARPALoadComplain", "LoadMethod"):
        assert public(getattr(theirs, name)) <= public(getattr(ours, name)) | set(
            vars(getattr(ours, name)()) if name == "Config" else ()
        )
    assert issubclass(ours.LanguageModel, ours.Model)
    for name in ("ARPALoadComplain", "LoadMethod"):
        for constant in public(getattr(theirs, name)):
            assert getattr(getattr(ours, name), constant) == getattr(getattr(theirs, name), constant)
    config, other = ours.Config(), theirs.Config()
    for setting in ("arpa_complain", "load_method", "show_progress"):
        assert getattr(config, setting) == getattr(other, setting)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(("bos", "eos"), [(True, True), (True, False), (False, True), (False, False)])
def test_scores_are_equal(both, sentence, bos, eos):
    we, they = both
    assert we.score(sentence, bos=bos, eos=eos) == near(they.score(sentence, bos=bos, eos=eos))
    assert we.score(sentence.encode(), bos, eos) == we.score(sentence, bos, eos)
    words, expected = list(we.full_scores(sentence, bos, eos)), list(they.full_scores(sentence, bos, eos))
    assert [word[1:] for word in words] == [word[1:] for word in expected]
    assert [word[0] for word in words] == near([word[0] for word in expected])


@pytest.mark.parametrize("sentence", SENTENCES)
def test_perplexities_are_equal(both, sentence):
    we, they = both
    assert we.perplexity(sentence) == pytest.approx(they.perplexity(sentence), rel=1e-4)


def test_states_lead_to_the_same_scores(both):
    for sentence in SENTENCES:
        ends = []
        for module, model in zip((ours, theirs), both):
            state, after = module.State(), module.State()
            model.BeginSentenceWrite(state)
            scores = []
            for word in [*(word.decode() for word in sentence.encode().split()), "</s>"]:
                full = model.BaseFullScore(state, word, after)
                assert (full.ngram_length, full.oov) == tuple(full_of(full))
                again = module.State()
                assert model.BaseScore(state, word, again) == full.log_prob
                assert again == after and hash(again) == hash(after)
                scores.append((full.log_prob, full.ngram_length, full.oov))
                state, after = after, state
            ends.append(scores)
        assert [one[1:] for one in ends[0]] == [one[1:] for one in ends[1]]
        assert [one[0] for one in ends[0]] == near([one[0] for one in ends[1]])
        assert sum(one[0] for one in ends[0]) == pytest.approx(both[0].score(sentence))


def full_of(full):
    """The last two fields as they are printed."""
    length, oov = re.fullmatch(r"FullScoreReturn\([-\d.e]+, (\d), (True|False)\)", repr(full)).groups()
    return int(length), oov == "True"


def test_what_is_known(both):
    we, they = both
    for word in ("the", b"the", "xyzzy", "<s>", "</s>", "<unk>", "Où"):
        assert (word in we) == (word in they), word
    assert (we.order, we.path, repr(we)) == (they.order, they.path, repr(they))


def test_states_are_values(kenlm, arpa):
    model = kenlm.Model(arpa)
    begin, null, empty = kenlm.State(), kenlm.State(), kenlm.State()
    model.BeginSentenceWrite(begin)
    model.NullContextWrite(null)
    assert null == empty and hash(null) == hash(empty)
    assert begin != null and (begin < null) != (null < begin) and begin >= begin and begin <= begin
    copied = copy.copy(begin)
    assert copied == begin and hash(copied) == hash(begin)
    model.BaseScore(copied, "the", copied)
    assert copied != begin
    assert len({begin, null, empty}) == 2
    if kenlm is ours:
        assert begin != "begin"


def test_the_null_context_is_a_sentence_without_its_begin(kenlm, arpa):
    model = kenlm.Model(arpa)
    state, after = kenlm.State(), kenlm.State()
    model.NullContextWrite(state)
    assert model.BaseScore(state, "the", after) == near(model.score("the", bos=False, eos=False))


def test_wrong_types_are_refused(kenlm, arpa):
    model = kenlm.LanguageModel(arpa, kenlm.Config())
    for call in (
        lambda: model.score(3),
        lambda: model.score(None),
        lambda: list(model.full_scores(3)),
        lambda: model.perplexity(["the"]),
        lambda: 3 in model,
        lambda: model.BaseScore(kenlm.State(), 3, kenlm.State()),
        lambda: kenlm.Model(3),
        lambda: kenlm.Model(arpa, "config"),
    ):
        with pytest.raises(TypeError):
            call()


def test_what_is_no_model_is_an_oserror(kenlm, tmp_path):
    for name, content in (("none", None), ("empty", b""), ("bad.arpa", b"\\data\\\nngram 1=2\n\n\\1-grams:\nx\n")):
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(OSError):
            kenlm.Model(str(file))


def test_models_are_pickled_by_their_path(kenlm, arpa):
    model = kenlm.Model(arpa)
    for again in (copy.copy(model), pickle.loads(pickle.dumps(model))):
        assert again.score("the train stopped .") == model.score("the train stopped .")


def test_the_example_of_the_field(kenlm, arpa):
    """Every word with its n-gram, and the unknown ones, as programs that use the module do it."""
    model = kenlm.LanguageModel(arpa)
    sentence = "the train xyzzy ."
    assert abs(sum(p for p, _, _ in model.full_scores(sentence)) - model.score(sentence)) < 1e-3
    words = ["<s>", *sentence.split(), "</s>"]
    ngrams = [words[at + 2 - length : at + 2] for at, (_, length, _) in enumerate(model.full_scores(sentence))]
    assert all(ngram[-1] == word for ngram, word in zip(ngrams, words[1:]))
    assert [words[at + 1] for at, (_, _, oov) in enumerate(model.full_scores(sentence)) if oov] == ["xyzzy"]
    assert [word for word in words if word not in model] == ["xyzzy"]


def test_files_of_every_form_open(arpa, toy, tmp_path):
    expected = ours.Model(arpa).score("the train stopped .")
    compressed = tmp_path / "lm.arpa.gz"
    with open(arpa, "rb") as file:
        compressed.write_bytes(gzip.compress(file.read()))
    squeezed = tmp_path / "lm.arpa.zst"
    impute.export(impute.Model.load(toy), squeezed)
    compact = tmp_path / "compact.impute"
    impute.train(TOY, compact, net=False, form="compact")
    for file in (compressed, squeezed, compact, toy, os.fsencode(toy)):
        assert ours.Model(file).score("the train stopped .") == pytest.approx(expected, abs=1e-4)
    assert math.isfinite(ours.Model().score("He said so ."))
    assert ours.Model().path == b"shipped"


def test_a_binary_file_of_kenlm_is_told_what_to_do_instead(tmp_path):
    binary = tmp_path / "lm.binary"
    binary.write_bytes(b"mmap lm http://kheafield.com/code format version 5\n\0")
    with pytest.raises(OSError, match="give the ARPA file") as raised:
        ours.Model(binary)
    assert isinstance(raised.value, ValueError)
    assert (raised.value.path, raised.value.line) == (str(binary), None)
    with pytest.raises(FileNotFoundError) as raised:
        ours.Model("none")
    assert raised.value.path == os.path.abspath("none")


def test_a_wrong_line_of_an_arpa_file_is_named(tmp_path):
    file = tmp_path / "lm.arpa"
    file.write_text("\\data\\\nngram 1=x\n")
    with pytest.raises(OSError) as raised:
        ours.Model(file)
    assert (raised.value.path, raised.value.line) == (str(file), 2)
