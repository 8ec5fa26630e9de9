"""The native module alone: what it gives, what it refuses, and that it survives forks and Ctrl-C."""

import copy
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from impute import _native

SENTENCE = "He said that it a mistake ."


@pytest.fixture(scope="module")
def model():
    return _native.Model.load()


@pytest.fixture(scope="module")
def trained(model, tmp_path_factory):
    """A small model of a text that another one has written, and the text."""
    folder = tmp_path_factory.mktemp("trained")
    text, path = folder / "text", folder / "small.impute"
    text.write_text("\n".join(_native.generate(model, 3000, seed=5)) + "\n")
    _native.train([text], path, net=False, date="2001-09-09")
    return text, path


def test_a_sentence_gets_its_word(model):
    (answer,) = model.answer_many([SENTENCE])
    assert answer.sentence == str(answer) == "He said that it was a mistake ."
    assert (answer.word, answer.gap, answer.byte, answer.is_word) == ("was", 4, 15, True)
    assert answer.gain > 1.0 and answer.expected < 2.0
    (best,) = model.k_best_many([SENTENCE], k=3)
    assert best.answer.sentence == answer.sentence and len(best.top) == 3
    assert best.top[0].probability >= best.top[1].probability
    assert best.to_dict()["inserted"]["text"] == "was"
    assert model.answer_many([]) == []


def test_bytes_that_are_no_text_come_back_as_they_were(model):
    given = b"He said that \xff it a mistake ."
    (answer,) = model.answer_many([given])
    assert answer.given.encode("utf-8", "surrogateescape") == given
    (again,) = model.answer_many([answer.given])
    assert again == answer


def test_progress_is_told_and_its_exceptions_end_the_work(model):
    told = []
    model.answer_many([SENTENCE] * 100, told.append)
    assert sum(told) == 100

    def refuse(_):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        model.answer_many([SENTENCE] * 100, refuse)


def test_scores_are_the_sums_of_their_words(model):
    text = "He said that it was a mistake ."
    full = model.full_scores(text)
    assert len(full) == 9 and sum(p for p, _, _ in full) == pytest.approx(model.score(text))
    state, total = model.begin_state(), 0.0
    for word in [*text.split(), "</s>"]:
        total += model.base_score(state, word, state)
    assert total == model.score(text)
    assert model.score(text, eos=False) > model.score(text)
    assert model.full_scores("xqzzy", bos=False, eos=False) == [(pytest.approx(full[0][0], abs=9), 1, True)]
    assert model.perplexity(text) == pytest.approx(10 ** (-model.score(text) / 9))
    raw = model.scores_raw([text, "No ."])
    assert struct.unpack("2d", raw) == (model.score(text), model.score("No ."))


def test_states_are_values(model):
    one, other = model.begin_state(), _native.State()
    assert one != other and copy.copy(one) == one and copy.deepcopy(one) == one
    assert len({one, copy.copy(one), other}) == 2
    assert (one < other) != (other < one)


def test_holes_are_filled(model):
    best = model.fill("He went to", "house .", top_k=3)
    assert best[0]["token_str"] == "the" and best[0]["sequence"] == "He went to the house ."
    among = model.fill("He went to", "house .", targets=["zebra", "the", "xqzzy"])
    assert [word["token_str"] for word in among] == ["zebra", "the", "xqzzy"]
    assert among[1]["score"] == pytest.approx(best[0]["score"], abs=0.05)
    assert among[0]["score"] < 0.01 and among[2]["score"] == 0.0


def test_an_explanation_says_the_same_as_the_answer(model):
    told = model.explain(SENTENCE)
    assert told.answer.sentence == model.answer_many([SENTENCE])[0].sentence
    assert len(told.gap_probabilities) == len(told.tokens) - 1 == len(told.gaps)
    assert told.likely[0]["words"][0]["word"] == "was"
    assert model.explain("too short").gaps == []


def test_text_is_repaired_where_it_says(model):
    text = "“Mrs. Carter was late.” She said that she not going to sell more eggs."
    repaired = model.repair(text)
    (insertion,) = repaired.insertions
    at = insertion.offset
    assert text[:at] + insertion.insert + text[at:] == repaired.text
    (in_bytes,) = model.repair(text.encode()).insertions
    assert in_bytes.offset == len(text[:at].encode())


def test_a_model_is_trained_and_found_again(trained):
    text, path = trained
    small = _native.Model.load(path, threads=1)
    assert small.order == 3 and small.description["provenance"]["date"] == "2001-09-09"
    again = pickle.loads(pickle.dumps(small))
    assert again == small and again.path == str(path) and again.threads == 1
    assert small != _native.Model.load()
    counts = path.parent / "text.counts"
    counted = _native.count([text], counts)
    assert counted["tokens"] > 10_000 and counts.stat().st_size == counted["size"]
    second = path.parent / "second.impute"
    made = _native.train([], second, counts=[counts], net=False, date="2001-09-09")
    assert second.read_bytes() == path.read_bytes() and made["size"] == path.stat().st_size


def test_reports_are_dicts(trained, model):
    text, _ = trained
    report = _native.evaluate(model, text, html=True)
    assert 0 < report["methods"][0]["score"]["mean"] < report["unchanged"]["mean"] + 1
    assert report["html"].startswith("<!DOCTYPE html>")
    drifted = _native.drift(text, [line.upper() for line in text.read_text().splitlines()])
    assert drifted["verdict"] == "strong"
    lines = text.read_text().splitlines()
    groups = _native.cluster(lines, k=5)
    assert len(groups["labels"]) == len(lines) and len(groups["clusters"]) == 5
    assert _native.language(["Guten Morgen, wie geht es"])[0][0][0] == "de"


def test_errors_are_those_of_python(model, tmp_path):
    with pytest.raises(FileNotFoundError) as missing:
        _native.Model.load(tmp_path / "none")
    assert missing.value.path == str(tmp_path / "none") and missing.value.line is None
    text = tmp_path / "text"
    text.write_bytes(b"one two three\nfour \xff five\n")
    with pytest.raises(ValueError, match="not UTF-8") as wrong:
        _native.count([text], tmp_path / "counts")
    assert (wrong.value.path, wrong.value.line) == (str(text), 2)
    assert not (tmp_path / "counts").exists()
    with pytest.raises(ValueError, match="both an input and the output"):
        _native.count([text], text)
    with pytest.raises(IsADirectoryError):
        _native.Model.load(tmp_path)
    with pytest.raises(MemoryError):
        _native.train([__file__], tmp_path / "m", memory=1 << 16)
    for call in (model.answer_many, _native.language, lambda x: _native.train(x, "x")):
        with pytest.raises(TypeError, match="a list is meant, not a lone str"):
            call("a b c")
    with pytest.raises(TypeError, match="not int"):
        model.answer_many([3])


def test_threads_share_a_model(model):
    one = [str(answer) for answer in model.answer_many([SENTENCE] * 40)]
    with ThreadPoolExecutor(4) as pool:
        for answers in pool.map(model.answer_many, [[SENTENCE] * 40] * 8):
            assert [str(answer) for answer in answers] == one


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_answers_even_if_the_parent_was_answering(model):
    expected, stop = str(model.answer_many([SENTENCE])[0]), threading.Event()

    def answer():
        while not stop.is_set():
            model.answer_many([SENTENCE] * 64)

    busy = threading.Thread(target=answer)
    busy.start()
    try:
        for _ in range(5):
            time.sleep(0.05)
            child = os.fork()
            if child == 0:
                right = [str(a) == expected for a in model.answer_many([SENTENCE] * 20)]
                os._exit(0 if all(right) else 3)
            deadline = time.monotonic() + 60
            while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
                if time.monotonic() > deadline:
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
                    pytest.fail("the child hangs")
                time.sleep(0.02)
            assert ended[1] == 0
    finally:
        stop.set()
        busy.join()


INTERRUPTED = """
import os, signal, sys, threading, time
from impute import _native
model, at = _native.Model.load(), []
model.answer_many(["It was here ."])
def interrupt():
    time.sleep(1)
    at.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    WORK
except KeyboardInterrupt:
    print(time.monotonic() - at[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize(
    "work",
    [
        'model.answer_many(["Some say that this has been a hard year for the people ."] * 200_000)',
        "_native.generate(model, 100_000_000)",
    ],
)
def test_an_interrupt_ends_long_work(work):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.replace("WORK", work)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert float(done.stdout) < 5  # one second on a machine with nothing else to do
