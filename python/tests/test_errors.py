"""Errors are Python's, and say which file and line."""

from __future__ import annotations

import os

import impute
import pytest


def test_a_file_that_is_not_there(tmp_path):
    missing = tmp_path / "none.impute"
    with pytest.raises(FileNotFoundError) as raised:
        impute.Model.load(missing)
    assert (raised.value.path, raised.value.line) == (str(missing), None)
    assert str(missing) in str(raised.value)
    with pytest.raises(FileNotFoundError) as raised:
        impute.train([missing], tmp_path / "m")
    assert raised.value.path == str(missing)


def test_a_folder_is_no_text(tmp_path):
    with pytest.raises(OSError) as raised:
        impute.train(tmp_path, tmp_path / "m")
    assert (raised.value.path, raised.value.line) == (str(tmp_path), None)


def test_a_file_that_is_no_model(tmp_path):
    file = tmp_path / "m.impute"
    file.write_bytes(b"no model at all" * 10)
    with pytest.raises(ValueError) as raised:
        impute.Model.load(file)
    assert (raised.value.path, raised.value.line) == (str(file), None)


def test_a_damaged_model_is_refused(toy, tmp_path):
    with open(toy, "rb") as file:
        whole = file.read()
    cut = tmp_path / "cut.impute"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError) as raised:
        impute.Model.load(cut)
    assert raised.value.path == str(cut)
    changed = tmp_path / "changed.impute"
    changed.write_bytes(whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :])
    with pytest.raises(ValueError) as raised:
        impute.Model.load(changed).verify()
    assert raised.value.path == str(changed)
    impute.Model.load(toy).verify()


def test_a_bad_line_is_named(tmp_path):
    text = tmp_path / "text"
    text.write_bytes(b"a b c\nd \xff e\n")
    with pytest.raises(ValueError) as raised:
        impute.train(text, tmp_path / "m", net=False)
    assert (raised.value.path, raised.value.line) == (str(text), 2)
    impute.train(text, tmp_path / "m", net=False, lossy=True)
    arpa = tmp_path / "lm.arpa"
    arpa.write_text("\\data\\\nngram 1=x\n")
    with pytest.raises(ValueError) as raised:
        impute.import_arpa(arpa, tmp_path / "m")
    assert (raised.value.path, raised.value.line) == (str(arpa), 2)


def test_an_output_stays_as_it_was_after_an_error(tmp_path):
    text, output = tmp_path / "text", tmp_path / "m"
    text.write_bytes(b"a \xff b\n")
    output.write_bytes(b"as it was")
    with pytest.raises(ValueError):
        impute.train(text, output)
    assert output.read_bytes() == b"as it was"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["m", "text"]


@pytest.mark.parametrize(
    "call",
    [
        lambda model: model.answer("a b c", insert="letters"),
        lambda model: model.answer("a b c", method="best"),
        lambda model: model.repair("A b c.", at_least=2.0),
        lambda model: impute.Model.load(threads=0),
        lambda model: impute.Model.load(threads=100_000),
        lambda model: impute.generate(model, temperature=-1.0),
        lambda model: impute.cluster(["a b c"] * 30, 0, by="form"),
        lambda model: impute.train([], "nowhere"),
        lambda model: impute.train(["none"], "nowhere", order=9),
    ],
)
def test_a_wrong_argument(model, call):
    with pytest.raises(ValueError) as raised:
        call(model)
    assert raised.value.line is None
    assert not os.path.exists("nowhere")


@pytest.mark.parametrize("call", [lambda model, text: model.answer(text), lambda model, text: model.scores([text])])
def test_a_surrogate_that_stands_for_no_byte_is_a_wrong_value(model, call):
    with pytest.raises(ValueError, match="surrogates not allowed") as raised:
        call(model, "a \ud800 b")
    assert (raised.value.path, raised.value.line) == (None, None)


def test_numbers_are_no_texts_however_many_they_are(model):
    with pytest.raises(TypeError, match="text is a str or bytes, not int"):
        model._inner.answer_many(range(2**60))


def test_an_error_of_a_function_that_is_told_of_progress_comes_through(model, sentences):
    def tell(more: int) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        model.answer(sentences * 3, progress=tell)
