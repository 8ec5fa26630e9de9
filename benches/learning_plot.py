#!/usr/bin/env python3
"""Draws what benches/learning.sh has measured, score, gap and word against the amount of text, and carries
it on to the text of the competition.

    python3 benches/learning_plot.py learning.tsv                 writes benches/learning.svg
    python3 benches/learning_plot.py learning.tsv -o other.svg
    python3 benches/learning_plot.py --fits learning.tsv          prints what every fit says; draws nothing
    python3 benches/learning_plot.py --check learning.tsv         only checks the rows; exit code 1 for a
                                                                  wrong one

Nobody knows the shape of such a curve, so there are several fits, and their spread is what is said: the
band. How far to trust it is seen where the truth is known: the same fits over the points up to a tenth of
the text, carried on over a like factor to the last point (`--fits` prints that too).
"""
import math
from dataclasses import dataclass

from net_plot import Axis, dashed, ticks, values
from plot import BOLD, COLOURS, PAPER, arguments, line, marker, text

COLUMNS = ("text_tokens order sentences skip cpu_s score low high gap1 word1 word10 long_word1 "
           "expected unchanged").split()
TARGET = 768  # million tokens of the competition's text
FEWEST = 3  # points of a curve that is carried on
EARLY = 0.1  # fits are tried on the points up to this share of the last one
WIDTH, HEIGHT = 1040, 700
EDGES = [(62, 346), (406, 690), (750, 1016)]  # left and right ends of the axes of the three columns
ROWS = [(122, 340), (432, 636)]  # top and bottom of the axes of the two rows


@dataclass
class Measure:
    column: str
    title: str
    short: str
    digits: int
    cell: tuple  # column and row of its panel


MEASURES = (
    Measure("score", "Score, less is better", "score", 2, (0, 0)),
    Measure("gap1", "True gap first, % of sentences", "gap top-1", 1, (1, 0)),
    Measure("word1", "Word first, given its gap, %", "word top-1", 1, (0, 1)),
    Measure("word10", "Word among ten, given its gap, %", "word top-10", 1, (1, 1)),
    Measure("long_word1", "Word first, from 7 letters, %", "7+ letters", 1, (2, 1)),
)
TABLE = (2, 0)


def parse(fields, keys):
    if len(fields) != len(COLUMNS):
        raise ValueError(f"{len(fields)} columns, not {len(COLUMNS)}")
    row = dict(zip(COLUMNS, fields))
    whole = ("order", "sentences", "skip")
    for name in whole:
        row[name] = int(row[name])
    for name in set(COLUMNS) - set(whole):
        row[name] = None if name == "long_word1" and row[name] == "-" else float(row[name])
        if row[name] is not None and not 0 <= row[name] < math.inf:
            raise ValueError(f"{name} {row[name]} is no number from 0")
    if not 2 <= row["order"] <= 5 or row["sentences"] < 0 or row["skip"] not in (0, 1):
        raise ValueError(f"order {row['order']}, {row['sentences']} sentences, skip {row['skip']}")
    if min(row["text_tokens"], row["cpu_s"], row["unchanged"]) <= 0:
        raise ValueError("text_tokens, cpu_s and unchanged are above 0")
    if max(row["gap1"], row["word10"], row["long_word1"] or 0) > 100 or row["word1"] > row["word10"]:
        raise ValueError("a share above 100 %, or more words first than among ten")
    if not row["low"] <= row["score"] <= row["high"]:
        raise ValueError("the score is outside its interval")
    if (key := (row["text_tokens"], row["order"], row["sentences"], row["skip"])) in keys:
        raise ValueError("measured twice")
    keys.add(key)
    return row


def series(rows):
    """The rows by what is in the model, each by text; the most sentences of equals."""
    found = {}
    for row in sorted(rows, key=lambda row: (row["sentences"] > 0, row["order"], row["skip"],
                                             row["text_tokens"], row["sentences"])):
        parts = ["pairs of words"] * row["skip"] + ["net"] * (row["sentences"] > 0)
        name = " + ".join([f"order {row['order']}", *parts])
        found.setdefault(name, {})[row["text_tokens"]] = row
    return {name: list(group.values()) for name, group in found.items()}


def squares(points, x, y):
    """The line of least squares through them, and its sum."""
    xs, ys = [x(n) for n, _ in points], [y(value) for _, value in points]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((a - mx) * (b - my) for a, b in zip(xs, ys)) / sum((a - mx) ** 2 for a in xs)
    off = sum((my + slope * (a - mx) - b) ** 2 for a, b in zip(xs, ys))
    return (lambda n: my + slope * (x(n) - mx)), off


def log_line(points):
    return squares(points, math.log, float)[0]


def power(points):
    """a + b / n^c with the best c; the smallest that is tried is as good as a line."""
    tried = [squares(points, lambda n, c=c / 100: n**-c, float) for c in range(2, 201)]
    return min(tried, key=lambda fit: fit[1])[0]


def share(points):
    """The odds of a share grow as a power of the text."""
    fit = squares(points, math.log, lambda v: math.log(v / (100 - v)))[0]
    return lambda n: 100 / (1 + math.exp(-fit(n)))


def gain(points, unchanged):
    """What is gained over the unchanged sentences grows as a power of the text."""
    fit = squares(points, math.log, lambda v: math.log(unchanged - v))[0]
    return lambda n: unchanged - math.exp(fit(n))


def fits(points, unchanged):
    """Names and functions, for a score where `unchanged` is given; for a share where it is None."""
    if len(points) >= 2:
        yield "straight in log tokens, last two points", log_line(points[-2:])
        if unchanged is None and all(0 < v < 100 for _, v in points[-2:]):
            yield "odds as a power of the tokens, last two", share(points[-2:])
        if unchanged is not None and all(v < unchanged for _, v in points[-2:]):
            yield "gain as a power of the tokens, last two", gain(points[-2:], unchanged)
    if len(points) >= 3:
        yield "straight in log tokens, last three", log_line(points[-3:])
        yield f"a + b / n^c, last {min(len(points), 4)}", power(points[-4:])


class Curve:
    """The points of a series by one measure, and its fits if it reaches the whole text."""

    def __init__(self, rows, measure, whole):
        self.points = [(row["text_tokens"], row[measure.column]) for row in rows
                       if row[measure.column] is not None]
        self.unchanged = rows[-1]["unchanged"] if measure.column == "score" else None
        self.last = self.points[-1][0] if self.points else 0
        enough = len(self.points) >= FEWEST and self.last >= whole
        self.fits = list(fits(self.points, self.unchanged)) if enough else []

    def band(self, tokens):
        """The least and the greatest of the fits."""
        found = [fit(tokens) for _, fit in self.fits]
        return (min(found), max(found)) if found else None

    def early(self):
        """What the same fits said of the last point before most of the text was there."""
        known = [point for point in self.points if point[0] <= EARLY * self.last]
        if len(known) < FEWEST or not self.fits:
            return known, []
        return known, [(name, fit(self.last)) for name, fit in fits(known, self.unchanged)]


def span(band, digits):
    return "–".join(f"{value:.{digits}f}" for value in band)


def curves(groups, measure):
    """Of every series."""
    whole = max(row["text_tokens"] for rows in groups.values() for row in rows)
    return [Curve(rows, measure, whole) for rows in groups.values()]


def trials(groups):
    """How many of the last points lay where the fits to the early ones had said, and of how many."""
    found = []
    for curve in (curve for measure in MEASURES for curve in curves(groups, measure)):
        known, early = curve.early()
        if early:
            said = [value for _, value in early]
            found.append((known[-1][0], curve.last, min(said) <= curve.points[-1][1] <= max(said)))
    return found


def report(groups):
    """What every fit says, as lines."""
    for measure in MEASURES:
        digits = measure.digits + 1
        for name, curve in zip(groups, curves(groups, measure)):
            if not curve.fits:
                continue
            yield f"{measure.short}, {name}: {curve.points[-1][1]:.{digits}f} at {curve.last:g} M tokens"
            for title, fit in curve.fits:
                yield f"  {fit(TARGET):.{digits}f} at {TARGET} M: {title}"
            known, early = curve.early()
            if not early:
                continue
            found = [value for _, value in early]
            said = min(found), max(found)
            verdict = "within" if said[0] <= curve.points[-1][1] <= said[1] else "OUTSIDE"
            yield (f"  tried: from {known[-1][0]:g} M tokens the fits said {span(said, digits)} of "
                   f"{curve.last:g} M: the truth is {verdict}")
            for title, value in early:
                yield f"    {value:.{digits}f}: {title}"


def area(points, colour):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{path}" fill="{colour}" fill-opacity="0.16" stroke="none"/>'


def panel(groups, measure, across, seen):
    (left, right), (top, bottom) = EDGES[measure.cell[0]], ROWS[measure.cell[1]]
    drawn = curves(groups, measure)
    shown = [value for curve in drawn for _, value in curve.points]
    shown += [value for curve in drawn for value in curve.band(TARGET) or ()]
    if measure.column == "score":
        shown += [row[end] for rows in groups.values() for row in rows for end in ("low", "high")]
    scale = ticks(min(shown), max(shown))
    decimals = 1 if scale[1] - scale[0] < 1 else 0
    up = Axis(scale[0], scale[-1], bottom, top)
    out = [text(left, top - 18, measure.title, "start", 14, "#222", BOLD)]
    for tick in scale:
        out += [line([(left, up(tick)), (right, up(tick))], "#e4e4de"),
                text(left - 8, up(tick) + 4, f"{tick:.{decimals}f}", "end")]
    out.append(line([(left, bottom), (right, bottom)], "#888"))
    last = max(curve.last for curve in drawn)
    edge = dashed([(across(last), top), (across(last), bottom)], "#aaa").replace("7 5", "2 4")
    out.append(edge.replace('stroke-width="2"', 'stroke-width="1"'))
    for tick in [*seen, TARGET]:
        out.append(line([(across(tick), bottom), (across(tick), bottom + 5)], "#888"))
        out.append(text(across(tick), bottom + 20, f"{tick:g}"))
    lines, marks, labels, over = [], [], [], []
    for kind, curve in enumerate(drawn):
        colour = COLOURS[kind % len(COLOURS)]
        spots = [(across(n), up(value)) for n, value in curve.points]
        lines.append(spots)
        marks += spots
        over.append(line(spots, colour, 2))
        over += [marker(kind, x, y, colour) for x, y in spots]
        if measure.column == "score":
            rows = list(groups.values())[kind]
            for row in rows:
                x = across(row["text_tokens"])
                out.append(line([(x, up(row["low"])), (x, up(row["high"]))], colour, 1.2))
        labels.append((*spots[-1], f"{curve.points[-1][1]:.{measure.digits}f}", colour))
        if not curve.fits:
            continue
        # Band and lines begin at the last point, which fits through more than two only come near to.
        steps = [curve.last * (TARGET / curve.last) ** (i / 30) for i in range(31)]
        bands = [curve.band(n) for n in steps[1:]]
        ends = [(across(n), [up(value) for value in band]) for n, band in zip(steps[1:], bands)]
        out.append(area([spots[-1], *((x, low) for x, (low, _) in ends),
                         *((x, high) for x, (_, high) in reversed(ends))], colour))
        for title, fit in curve.fits:
            points = [spots[-1], *((across(n), up(fit(n))) for n in steps[1:])]
            out.append(line(points, colour, 1).replace("/>", ' stroke-opacity="0.55"/>'))
        x = across(TARGET) + 7 * (kind + 1)
        low, high = (up(value) for value in curve.band(TARGET))
        over += [line([(x, low), (x, high)], colour, 2.5),
                 *(line([(x - 3, y), (x + 3, y)], colour, 2.5) for y in (low, high))]
    return out + over + list(values(labels, (left, right), (top, bottom), marks, lines))


def table(groups):
    """The bands in figures."""
    (left, _), (top, _) = EDGES[TABLE[0]], ROWS[TABLE[1]]
    left -= 24
    at = [left + 116 + 68 * kind for kind in range(len(groups))]
    yield text(left, top - 18, f"Extrapolated to {TARGET} million tokens", "start", 14, "#222", BOLD)
    yield text(left, top + 2, "from the lowest to the highest fit", "start")
    for kind, (x, name) in enumerate(zip(at, groups)):
        yield marker(kind, x, top + 28, COLOURS[kind % len(COLOURS)])
    for place, measure in enumerate(MEASURES):
        y = top + 56 + 24 * place
        yield text(left, y, measure.short, "start")
        for kind, (x, curve) in enumerate(zip(at, curves(groups, measure))):
            if band := curve.band(TARGET):
                digits = measure.digits if measure.column == "score" else 0
                yield text(x, y, span(band, digits), "middle", 11, COLOURS[kind % len(COLOURS)], BOLD)
    y = top + 56 + 24 * len(MEASURES)
    last = max(row["text_tokens"] for rows in groups.values() for row in rows)
    yield text(left, y + 4, f"A factor of {TARGET / last:.0f} beyond what was measured,", "start")
    yield text(left, y + 20, "for more text of the same sources.", "start")
    if tried := trials(groups):
        first, last, _ = tried[0]
        words = f"Tried from {first:g} on {last:g} million tokens: in {len(tried)}"
        yield text(left, y + 42, words, "start")
        hits = sum(within for _, _, within in tried)
        yield text(left, y + 58, f"cases the truth was {hits} times within the band.", "start")


def draw(rows):
    groups = series(rows)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
           f'height="{HEIGHT}" role="img" font-family="Helvetica, Arial, DejaVu Sans, sans-serif">',
           "<title>Learning curve: score, gap and word against the amount of text</title>",
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
           text(24, 34, "What more text is worth", "start", 20, "#111", BOLD)]
    x = 24
    for kind, name in enumerate(groups):
        out += [marker(kind, x + 8, 60, COLOURS[kind % len(COLOURS)]), text(x + 22, 64, name, "start", 13)]
        x += 54 + 6.9 * len(name)
    out.append(text(x, 64, "points: measured; thin lines and bands: extrapolated", "start", 13))
    tokens = sorted({row["text_tokens"] for row in rows})
    low = min(tokens)
    # Ticks keep a distance.
    seen = [n for i, n in enumerate(tokens) if n in (low, tokens[-1])
            or n / tokens[i - 1] > 1.9 and tokens[-1] / n > 1.9]
    for measure in MEASURES:
        across = Axis(low / 1.5, TARGET * 2.2, *EDGES[measure.cell[0]], log=True)
        out += panel(groups, measure, across, seen)
    for left, right in EDGES:
        out.append(text((left + right) / 2, ROWS[1][1] + 42, "million tokens of text (log scale)"))
    return "\n".join([*out, *table(groups), "</svg>", ""])


def main():
    flags = [("--fits", "print the fits, draw nothing")]
    args, rows = arguments(__doc__, "learning", COLUMNS, parse, flags)
    if args.fits:
        print("\n".join(report(series(rows))))
    else:
        args.output.write_text(draw(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
