"""Threads, processes that fork or are spawned, pickles, and Ctrl-C."""

from __future__ import annotations

import concurrent.futures
import copy
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import impute
import pytest

BROKEN = "He said that it a mistake ."
WHOLE = "He said that it was a mistake ."
HANGS = 60
"""Seconds after which a child has hung."""

_inherited: impute.Model | None = None


def _answer(model: impute.Model | None) -> list[str]:
    model = model or _inherited
    return model.answer([BROKEN] * 50, as_="column")


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_model_goes_to_other_processes(model, toy, start):
    context = multiprocessing.get_context(start)
    assert _answer(model) == [WHOLE] * 50  # the pool of this process is at work before
    with context.Pool(2) as pool:
        assert pool.map_async(_answer, [model] * 4).get(HANGS) == [[WHOLE] * 50] * 4
        assert len(pool.map_async(_answer, [impute.Model.load(toy)]).get(HANGS)[0]) == 50


def test_a_forked_child_goes_on_with_the_model_of_its_parent(model):
    global _inherited
    _inherited = model
    _answer(None)
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        assert pool.submit(_answer, None).result(HANGS) == [WHOLE] * 50
    assert _answer(None) == [WHOLE] * 50


def test_a_child_forked_while_another_thread_works_does_not_hang(model, sentences):
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        work = threads.submit(model.answer, sentences * 5, as_="column")
        for _ in range(3):
            time.sleep(0.02)
            child = multiprocessing.get_context("fork").Process(target=_answer, args=(model,))
            child.start()
            child.join(HANGS)
            if child.exitcode is None:
                child.kill()
            assert child.exitcode == 0
        assert len(work.result()) == 5 * len(sentences)


def test_threads_share_a_model(model, sentences, expected):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda at: model.answer(sentences[at]).sentence, range(len(sentences)))
        assert list(answers) == expected
        scores = list(pool.map(model.score, sentences))
    assert scores == model.scores(sentences).tolist()


def test_other_threads_run_while_it_works(model, sentences):
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        work = threads.submit(model.answer, sentences * 5, as_="column")
        turns = 0
        while not work.done():
            time.sleep(0.001)
            turns += 1
        assert len(work.result()) == 5 * len(sentences)
    assert turns > 20


def test_a_pickled_model_is_opened_by_its_path(model, toy):
    for one in (model, impute.Model.load(toy)):
        again = pickle.loads(pickle.dumps(one))
        assert again == one and hash(again) == hash(one) and again.path == one.path
        assert again.threads == one.threads
        assert again.score(BROKEN) == one.score(BROKEN)
        assert len(pickle.dumps(one)) < 1000
    assert model != impute.Model.load(toy)
    assert copy.copy(model) is model and copy.deepcopy(model) is model
    assert repr(impute.Model.load(toy)).startswith(f"<impute.Model {toy}: order 3, ")


def test_a_model_pickled_from_a_relative_path_is_found_from_elsewhere(toy, monkeypatch, tmp_path):
    monkeypatch.chdir(os.path.dirname(toy))
    pickled = pickle.dumps(impute.Model.load(os.path.basename(toy)))
    monkeypatch.chdir(tmp_path)
    assert pickle.loads(pickled).order == 3


def test_a_forked_child_opens_a_compact_model(tmp_path, sample):
    text, compact = tmp_path / "text", tmp_path / "compact.impute"
    text.write_text((sample / "sample.txt").read_text())
    impute.train(text, compact, net=False, form="compact")
    program = f"""
import impute, os
impute.Model.load({str(compact)!r})
if os.fork() == 0:
    os._exit(7 if impute.Model.load({str(compact)!r}).order == 3 else 8)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=HANGS)
    assert done.stdout == "7\n", done.stderr


def test_an_export_that_is_interrupted_leaves_no_file(model, tmp_path):
    interrupt = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        impute.export(model, tmp_path / "m.arpa.zst")
    assert list(tmp_path.iterdir()) == []


LONG = {
    "answer": "model.answer(['He said that it a mistake . ' * 4] * 1_000_000)",
    "scores": "model.scores(['He said that it a mistake . ' * 4] * 3_000_000)",
    "train": "impute.train(text, text + '.impute', net=5_000_000)",
    "generate": "impute.generate(model, 100_000_000)",
}


@pytest.mark.parametrize("work", LONG)
def test_ctrl_c_ends_it_within_a_second(tmp_path, sample, work):
    text = tmp_path / "text"
    text.write_text((sample / "sample.txt").read_text() * 50)
    program = f"""
import impute, sys
text = {str(text)!r}
model = impute.Model.load()
model.answer("He said that it a mistake .")
print("begins", flush=True)
try:
    {LONG[work]}
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "begins\n"
        time.sleep(2)
        assert child.poll() is None, "it was done before anybody could interrupt it"
        child.send_signal(signal.SIGINT)
        sent = time.monotonic()
        assert child.stdout.readline() == "interrupted\n"
        assert time.monotonic() - sent < 2  # a second, on a machine that has time for it
        assert child.wait(HANGS) == 0
    finally:
        child.kill()
    assert [file.name for file in tmp_path.iterdir()] == ["text"]
