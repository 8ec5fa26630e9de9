"""How answers, explanations and reports draw themselves in a notebook.

Every text is escaped. Colours are tints over whatever is behind them, and letters have the notebook's own colour, so
that light and dark need no telling apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._native import Answer, Explanation, KBest, Repaired

_STYLE = """<style>
.impute { line-height: 1.9; overflow-wrap: anywhere; color: inherit; }
.impute ins { text-decoration: underline; font-weight: 600; padding: .1em .2em; border-radius: .2em;
  background: rgb(60 160 90 / .25); }
.impute .gap { display: inline-block; width: .5em; height: 1.1em; margin: 0 .15em; vertical-align: text-bottom;
  border-radius: .1em;
  background: linear-gradient(to top, rgb(240 140 20) var(--p), rgb(128 128 128 / .15) var(--p)); }
.impute small { opacity: .75; }
.impute p { margin: .2em 0; }
.impute table { border-collapse: collapse; margin: .4em 0; font-variant-numeric: tabular-nums; }
.impute caption { text-align: start; font-weight: 600; }
.impute th, .impute td { text-align: end; padding: .1em .6em; border-bottom: 1px solid rgb(128 128 128 / .3); }
.impute th:first-child, .impute td:first-child { text-align: start; padding-inline-start: 0; }
.impute meter { width: 6em; vertical-align: middle; }
</style>"""

LIKELY = 0.095
"""Gaps of at least this probability have it written beside their bar."""


def answer(drawn: Answer) -> str:
    """The answer, with what went in marked."""
    return _page(f"<p>{_sentence(drawn)}</p>{_verdict(drawn)}")


def k_best(drawn: KBest) -> str:
    """The answer and its alternatives."""
    rows = (
        (_text(pair.word), str(pair.gap), _percent(pair.probability), _percent(pair.gap_probability),
         _percent(pair.word_probability), _signed(pair.gain))
        for pair in drawn.top
    )  # fmt: skip
    head = ("word", "tokens before it", "probability", "of the gap", "of the word there", "gain, characters")
    table = _table("The likeliest words and places", head, rows)
    return _page(f"<p>{_sentence(drawn.answer)}</p>{_verdict(drawn.answer, drawn.unchanged)}{table}")


def explanation(drawn: Explanation) -> str:
    """The sentence with a bar of its probability at every gap, and the words of the likely ones."""
    parts = []
    for at, token in enumerate(drawn.tokens):
        parts.append(f"<bdi>{_text(token)}</bdi>")
        if at < len(drawn.gap_probabilities):
            parts.append(_bar(drawn.gap_probabilities[at]))
    tables = "".join(_words(gap, drawn) for gap in drawn.likely)
    sentence = f"<p>{_sentence(drawn.answer)}</p>"
    return _page(f"<p>{' '.join(parts)}</p>{tables}{sentence}{_verdict(drawn.answer, drawn.unchanged)}")


def repaired(drawn: Repaired) -> str:
    """The text, with what went in marked."""
    count = len(drawn.insertions)
    told = f"{count} word{'' if count == 1 else 's'} inserted, {drawn.sentences} sentences read"
    return _page(f'<div style="white-space: pre-wrap">{"".join(_marked(drawn))}</div><p><small>{told}</small></p>')


def report(title: str, page: str | None, figures: dict[str, Any]) -> str:
    """A report: its page in a frame if it has one, else its figures as a table."""
    if page is not None:
        frame = f'<iframe title="{_text(title)}" sandbox srcdoc="{_text(page)}" style="width: 100%; height: 36rem; '
        return f'{frame}border: 1px solid rgb(128 128 128 / .4); resize: vertical"></iframe>'
    groups = figures.get("clusters")
    if isinstance(groups, list):
        return _page(_groups(title, groups))
    rows = ((_text(name), _figure(value)) for name, value in figures.items())
    return _page(_table(title, ("", ""), rows))


def _marked(drawn: Repaired) -> Iterable[str]:
    """The pieces of a repaired text, those that went in marked. Offsets count characters of the text before, or
    bytes, if it was given as bytes."""
    text, raw = drawn.text, drawn.text.encode("utf-8", "surrogateescape")
    places: list[tuple[int, int]] = []
    shift = 0
    for insertion in drawn.insertions:
        begin = insertion.offset + shift
        places.append((begin, begin + len(insertion.insert)))
        shift += len(insertion.insert)
    if any(text[begin:end] != it.insert for (begin, end), it in zip(places, drawn.insertions)):
        places, shift = [], 0
        for insertion in drawn.insertions:
            size = len(insertion.insert.encode("utf-8", "surrogateescape"))
            before = raw[: insertion.offset + shift].decode("utf-8", "surrogateescape")
            places.append((len(before), len(before) + len(insertion.insert)))
            shift += size
    done = 0
    for (begin, end), insertion in zip(places, drawn.insertions):
        others = ", ".join(f"{word} {_percent(p)}" for word, p in insertion.alternatives)
        yield _text(text[done:begin])
        yield f'<ins title="{_text(others)}">{_text(text[begin:end])}</ins>'
        done = end
    yield _text(text[done:])


def _groups(title: str, groups: list[dict[str, Any]]) -> str:
    """The groups of sentences, with their words."""
    rows = (
        (str(group["cluster"]), str(group["size"]), _figure(group["cohesion"]), _text(" ".join(group["words"])))
        for group in groups
    )
    return _table(title, ("group", "sentences", "cohesion", "words that tell most"), rows)


def _words(gap: dict[str, Any], drawn: Explanation) -> str:
    """The words of a likely gap."""
    at = gap["gap"]
    around = f"{drawn.tokens[at - 1]} _ {drawn.tokens[at]}"
    rows = [
        (
            f"<bdi>{_text(word['word'])}</bdi>",
            _meter(word["probability"]),
            _percent(word["ngrams"]),
            _percent(word["net"]),
        )
        for word in gap["words"]
    ]
    rows.append(("all others", _meter(gap["others"]), "", ""))
    caption = f"{around}: {_percent(gap['probability'])}"
    return _table(caption, ("word", "probability", "n-grams alone", "net alone"), rows)


def _sentence(drawn: Answer) -> str:
    if drawn.byte is None or drawn.word is None:
        return f"<bdi>{_text(drawn.sentence)}</bdi>"
    raw = drawn.given.encode("utf-8", "surrogateescape")
    before, after = (half.decode("utf-8", "surrogateescape") for half in (raw[: drawn.byte], raw[drawn.byte :]))
    shown = _text(drawn.word) if drawn.word.strip() else '<span title="a space">␣</span>'
    return f"<bdi>{_text(before)} <ins>{shown}</ins>{_text(after)}</bdi>"


def _verdict(drawn: Answer, unchanged: float | None = None) -> str:
    if drawn.expected is None:
        return ""
    parts = [f"expected distance {drawn.expected:.2f} characters"]
    if unchanged is None and drawn.gain is not None and drawn.changed:
        unchanged = drawn.expected + drawn.gain
    if drawn.changed and unchanged is not None:
        parts.append(f"as it stands {unchanged:.2f}")
    elif not drawn.changed:
        parts.append("nothing inserted")
    if drawn.gap_probability is not None:
        parts.append(f"gap {_percent(drawn.gap_probability)}")
    if drawn.word_probability is not None:
        parts.append(f"word {_percent(drawn.word_probability)}")
    return f"<p><small>{', '.join(parts)}</small></p>"


def _bar(p: float) -> str:
    told = f"<small>{100 * p:.0f}</small>" if p >= LIKELY else ""
    said = _percent(p)
    return (
        f'<span class="gap" role="img" style="--p: {100 * p:.1f}%" title="{said}" aria-label="{said}"></span>{told}'
    )


def _meter(p: float) -> str:
    return f'<meter min="0" max="1" value="{p:.4f}"></meter> {_percent(p)}'


def _table(caption: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    heads = "".join(f"<th>{_text(name)}</th>" for name in head) if any(head) else ""
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    top = f"<thead><tr>{heads}</tr></thead>" if heads else ""
    return f"<table><caption>{_text(caption)}</caption>{top}<tbody>{lines}</tbody></table>"


def _figure(value: Any) -> str:
    """A value of a report; long ones are said by their length."""
    if isinstance(value, (list, tuple, dict)) and len(value) > 3:
        return f"{len(value)} entries"
    if isinstance(value, float):
        return f"{value:.6g}"
    return _text(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _percent(p: float | None) -> str:
    return "–" if p is None else f"{100 * p:.1f} %"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}"


def _text(text: str) -> str:
    """Escaped; bytes that are no UTF-8 show as �."""
    return escape(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _page(inside: str) -> str:
    return f'{_STYLE}<div class="impute">{inside}</div>'
