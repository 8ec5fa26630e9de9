"""What shows in a notebook: drawings of answers, explanations and reports, and bars of progress."""

from __future__ import annotations

import io
import pickle
from html.parser import HTMLParser
from typing import ClassVar

import impute
import pytest
import tqdm.auto
from impute import _html, _progress

BROKEN = "He said that it a mistake ."
HOSTILE = 'He said <script>alert("1")</script> that it a mistake & more .'


class Drawn(HTMLParser):
    """The text and the elements of a drawing; fails where they are not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.inserted = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data
        if "ins" in self.open:
            self.inserted += data

    def named(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def test_an_answer_marks_what_went_in(model):
    drawn = Drawn(model.answer(BROKEN)._repr_html_())
    assert drawn.inserted == "was"
    assert "He said that it was a mistake ." in drawn.text
    assert "expected distance 0.86 characters, as it stands 3.86" in drawn.text
    unchanged = Drawn(model.answer("He said")._repr_html_())
    assert unchanged.inserted == "" and "He said" in unchanged.text


def test_a_space_that_went_in_shows(model, sentences):
    spaced = next(answer for answer in model.answer(sentences) if answer.word == "")
    assert Drawn(spaced._repr_html_()).inserted == "␣"


def test_an_explanation_has_a_bar_for_every_gap_and_a_table_for_the_likely(model):
    explained = model.explain(BROKEN)
    drawn = Drawn(explained._repr_html_())
    bars = [span for span in drawn.named("span") if span.get("class") == "gap"]
    assert len(bars) == len(explained.gap_probabilities)
    assert bars[3]["style"] == "--p: 99.9%" and bars[3]["aria-label"] == "99.9 %"
    assert "it _ a: 99.9 %" in drawn.text
    assert len(drawn.named("meter")) == len(explained.likely[0]["words"]) + 1
    short = Drawn(model.explain("He said")._repr_html_())
    assert "He said" in short.text and short.named("table") == []


def test_the_best_pairs_are_a_table(model):
    drawn = Drawn(model.k_best(BROKEN, k=3)._repr_html_())
    assert len(drawn.named("tr")) == 1 + 3
    assert "gain, characters" in drawn.text


@pytest.mark.parametrize("given", [str, lambda text: text.encode()])
def test_a_repaired_text_marks_what_went_in(model, given):
    text = "Où ça ? Mrs. Carter said that she not going to sell more eggs."
    repaired = model.repair(given(text))
    drawn = Drawn(repaired._repr_html_())
    assert drawn.inserted.strip() == "was"
    assert repaired.text in drawn.text
    assert "was " in drawn.named("ins")[0]["title"]
    assert "1 word inserted, 2 sentences read" in drawn.text


def test_texts_are_escaped(model):
    for drawing in (
        model.answer(HOSTILE)._repr_html_(),
        model.explain(HOSTILE)._repr_html_(),
        model.k_best(HOSTILE)._repr_html_(),
        model.repair(HOSTILE)._repr_html_(),
        impute.Report('<script>"', {"<script>": "<script>"})._repr_html_(),
        impute.Report("a", {}, page='<script>"')._repr_html_(),
    ):
        assert "<script" not in drawing
        drawn = Drawn(drawing)
        assert not any(name.startswith("on") for _, attributes in drawn.elements for name in attributes)


def test_bytes_that_are_no_utf8_can_be_drawn(model):
    drawing = model.answer(b"He said that it a \xff mistake .")._repr_html_()
    assert "\N{REPLACEMENT CHARACTER}" in drawing
    drawing.encode("utf-8")


def test_letters_keep_the_colour_of_the_notebook():
    assert "color: inherit" in _html._STYLE
    colours = [part for part in _html._STYLE.replace("background-", "").split(";") if " color:" in part]
    assert all("inherit" in part for part in colours)


def test_a_report_shows_its_page_in_a_frame_of_its_own(model, sample):
    report = impute.evaluate(model, sample / "sample-test.csv", sample / "sample-solution.csv")
    [frame] = Drawn(report._repr_html_()).named("iframe")
    assert frame["srcdoc"] == report.page and "sandbox" in frame
    again = pickle.loads(pickle.dumps(report))
    assert again == report and again.page == report.page and again.title == "Evaluation"


def test_a_report_without_a_page_is_a_table():
    drawn = Drawn(impute.Report("Counted", {"tokens": 3, "rate": 0.5, "notes": [1, 2, 3, 4]})._repr_html_())
    assert "Counted" in drawn.text and "tokens3" in drawn.text and "4 entries" in drawn.text


def test_groups_are_a_table_with_their_words(sample):
    groups = impute.cluster(sample / "sample.txt", 3, by="form")
    drawn = Drawn(groups._repr_html_())
    assert len(drawn.named("tr")) == 1 + 3
    assert " ".join(groups["clusters"][0]["words"]) in drawn.text


class Bar(tqdm.tqdm):
    made: ClassVar[list[Bar]] = []

    def __init__(self, *args, **settings):
        super().__init__(*args, file=io.StringIO(), **settings)
        self.made.append(self)


@pytest.fixture
def bars(monkeypatch):
    monkeypatch.setattr(tqdm.auto, "tqdm", Bar)
    Bar.made = []
    return Bar.made


def test_a_bar_counts_the_sentences(model, sentences, bars):
    model.answer(sentences, progress=True)
    model.k_best(sentences[:7], progress=True)
    assert [(bar.n, bar.total) for bar in bars] == [(200, 200), (7, 7)]


def test_every_stage_of_long_work_has_a_bar(tmp_path, sample, bars):
    text = tmp_path / "text"
    # Stages are looked at ten times a second, so that some of them have to take longer than that.
    text.write_text((sample / "sample.txt").read_text() * 3000)
    impute.train(text, tmp_path / "m", net=False, progress=True)
    assert len(bars) > 1 and len({bar.desc for bar in bars}) == len(bars)
    assert all(bar.disable for bar in bars) or any(bar.n > 0 for bar in bars)


def test_nobody_looks_at_a_pipe(model, sentences, bars, monkeypatch):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    model.answer(sentences[:3])
    model.answer(sentences[:3], progress=False)
    assert bars == []


def test_a_terminal_is_looked_at(model, sentences, bars, monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", terminal)
    model.answer(sentences[:3])
    assert len(bars) == 1 and bars[0].delay == _progress.DELAY


def test_a_bar_that_is_asked_for_needs_tqdm(model, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match="pip install tqdm"):
        model.answer([BROKEN], progress=True)
    assert model.answer([BROKEN], as_="column") == ["He said that it was a mistake ."]
