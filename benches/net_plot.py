#!/usr/bin/env python3
"""Draws what benches/net.sh has measured: gap and score against time of training, size of the net, text.

    python3 benches/net_plot.py net.tsv                 writes benches/net.svg
    python3 benches/net_plot.py net.tsv -o other.svg
    python3 benches/net_plot.py --check net.tsv         only checks the rows; exit code 1 for a wrong one
"""
import math
from dataclasses import dataclass
from typing import Callable

from plot import BOLD, COLOURS, PAPER, arguments, line, log_ticks, marker, text

COLUMNS = ("text_tokens sentences size cpu_s wall_s peak_kb net_bytes net_gap1 ngram_gap1 gap1 "
           "gap_nats score low high expected").split()
SIZES = ("none", "small", "medium")
WIDTH, HEIGHT = 1040, 744
EDGES = [(62, 346), (406, 690), (750, 1016)]  # left and right ends of the axes of the three panels
GAPS, SCORES = (152, 390), (450, 680)  # top and bottom of the axes of the gap and of the score
NET, NGRAMS, BOTH = range(3)  # markers and colours
NAMES = ("net alone", "n-grams alone", "n-grams and net")


def parse(fields, keys):
    if len(fields) != len(COLUMNS):
        raise ValueError(f"{len(fields)} columns, not {len(COLUMNS)}")
    row = dict(zip(COLUMNS, fields))
    if row["size"] not in SIZES:
        raise ValueError(f"size `{row['size']}` is none of {', '.join(SIZES)}")
    net = row["size"] != "none"
    for name in set(COLUMNS) - {"size"}:
        empty = name in ("wall_s", "peak_kb") or name == "net_gap1" and not net
        row[name] = None if empty and row[name] == "-" else float(row[name])
        if row[name] is not None and not 0 <= row[name] < math.inf:
            raise ValueError(f"{name} {row[name]} is no number from 0")
    if net != (row["sentences"] > 0) or net != (row["net_bytes"] > 0) or net == (row["net_gap1"] is None):
        raise ValueError("sentences, net_bytes and net_gap1 belong to a net, and to every net")
    if min(row["text_tokens"], row["cpu_s"]) <= 0:
        raise ValueError("text_tokens and cpu_s are above 0")
    if max(row["gap1"], row["ngram_gap1"], row["net_gap1"] or 0) > 100:
        raise ValueError("a share above 100 %")
    if not row["low"] <= row["score"] <= row["high"]:
        raise ValueError("the score is outside its interval")
    if (key := tuple(fields[:3])) in keys:
        raise ValueError("measured twice")
    keys.add(key)
    return row


def most(rows, fixed, varied):
    """The rows that differ in one column only, as many as there are; the longest trained of equals."""
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in fixed), []).append(row)
    best = max(groups.values(), key=lambda group: (len(group), group[0]["sentences"]), default=[])
    return sorted(best, key=lambda row: row[varied])


def ticks(low, high):
    """Round numbers over a range, about five."""
    step = min(s for s in log_ticks((high - low) / 20, high - low, (1, 2, 5)) if (high - low) / s <= 6)
    return [i * step for i in range(math.floor(low / step), math.ceil(high / step) + 1)]


def overlap(a, b):
    return max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))


def values(labels, edges, heights, marks, lines):
    """Every value at its point, where it covers least: markers and other values first of all, then lines."""
    taken = [(x - 7, y - 7, x + 7, y + 7) for x, y in marks]
    crossed = [(a + (b - a) * t / 40, c + (d - c) * t / 40)
               for points in lines for (a, c), (b, d) in zip(points, points[1:]) for t in range(41)]
    for x, y, words, colour in labels:
        half = 3.6 * len(words)

        def cost(spot):
            box = (spot[0] - half, spot[1] - 10, spot[0] + half, spot[1] + 2)
            outside = box[0] < edges[0] - 3 or box[2] > edges[1] + 14
            outside |= box[1] < heights[0] - 14 or box[3] > heights[1] - 2
            on = sum(box[0] < a < box[2] and box[1] < b < box[3] for a, b in crossed)
            far = math.hypot(spot[0] - x, spot[1] - 4 - y)
            return 1e4 * outside + 10 * sum(overlap(box, other) for other in taken) + 4 * on + far

        spots = [(x + dx * (half + 9), y + dy + 4) for dx in (0, -0.6, 0.6, -1, 1)
                 for dy in ((-15, 15, -27, 27) if abs(dx) < 1 else (0, -9, 9))]
        spot = min(spots, key=cost)
        taken.append((spot[0] - half, spot[1] - 10, spot[0] + half, spot[1] + 2))
        halo = BOLD + f' stroke="{PAPER}" stroke-width="4" stroke-linejoin="round"'
        for fill, style in ((PAPER, halo), (colour, BOLD)):
            yield text(*spot, words, "middle", 12, fill, style)


class Axis:
    """From values to places, over a range with some room."""

    def __init__(self, low, high, start, end, log=False):
        self.to = math.log10 if log else float
        self.low, self.start = self.to(low), start
        self.unit = (end - start) / (self.to(high) - self.low)

    def __call__(self, value):
        return self.start + (self.to(value) - self.low) * self.unit


def log_axis(values, edges):
    """And its ticks: 1, 2 and 5 of every decade where they have room."""
    low, high = min(values) / 1.5, max(values) * 1.5
    steps = (1, 2, 5) if high / low < 200 else (1,)
    marks = [t for t in log_ticks(low, high, steps) if low <= t <= high]
    return Axis(low, high, *edges, log=True), marks


@dataclass
class Panel:
    """What the gap and the score depend on."""

    edges: tuple
    title: str
    note: str
    axis: str
    x: Callable  # of a row
    across: Axis
    ticks: list  # values and their words
    nets: list  # rows
    plain: list  # rows without a net, a series of their own
    level: dict | None = None  # or the one row of the n-grams alone, a dashed line

    def draw(self, gaps, scores):
        left, right = self.edges
        yield text(left, 92, self.title, "start", 14, "#222", BOLD)
        yield text(left, 110, self.note, "start")
        level = self.level or (self.nets[0] if not self.plain else {})
        series = {NET: (self.nets, "net_gap1"), NGRAMS: (self.plain, "ngram_gap1"),
                  BOTH: (self.nets, "gap1")}
        yield from self.diagram(GAPS, gaps, 1, series, level.get("ngram_gap1"))
        level = self.level or {}
        series = {NGRAMS: (self.plain, "score"), BOTH: (self.nets, "score")}
        yield from self.diagram(SCORES, scores, 3, series, level.get("score"))
        yield text((left + right) / 2, SCORES[1] + 42, self.axis)

    def diagram(self, heights, scale, digits, series, level):
        (left, right), (top, bottom) = self.edges, heights
        decimals = 0 if scale[1] - scale[0] >= 1 else 1 if scale[1] - scale[0] >= 0.1 else 2
        up = Axis(scale[0], scale[-1], bottom, top)
        out, over, marks, lines, labels = [], [], [], [], []
        for tick in scale:
            out.append(line([(left, up(tick)), (right, up(tick))], "#e4e4de"))
            out.append(text(left - 8, up(tick) + 4, f"{tick:.{decimals}f}", "end"))
        out.append(line([(left, bottom), (right, bottom)], "#888"))
        for value, words in self.ticks:
            x = self.across(value)
            out += [line([(x, bottom), (x, bottom + 5)], "#888"), text(x, bottom + 20, words)]
        if level is not None:
            lines.append([(left, up(level)), (right, up(level))])
            out.append(dashed(lines[0], COLOURS[NGRAMS]))
            labels.append((left + 18, up(level), f"{level:.{digits}f}", COLOURS[NGRAMS]))
        for kind, (rows, name) in series.items():
            spots = [(self.across(self.x(row)), up(row[name])) for row in rows]
            lines.append(spots)
            out.append(line(spots, COLOURS[kind], 2))
            for (x, y), row in zip(spots, rows):
                if name == "score":
                    lines.append([(x, up(row["low"])), (x, up(row["high"]))])
                    out.append(line(lines[-1], COLOURS[kind], 1.2))
                    out += [line([(x - 4, b), (x + 4, b)], COLOURS[kind], 1.2) for _, b in lines[-1]]
                over.append(marker(kind, x, y, COLOURS[kind]))
                labels.append((x, y, f"{row[name]:.{digits}f}", COLOURS[kind]))
            marks += spots
        return out + over + list(values(labels, self.edges, heights, marks, lines))


def dashed(spots, colour):
    return line(spots, colour, 2).replace("/>", ' stroke-dasharray="7 5"/>')


def millions(sentences):
    return f"{sentences / 1e6:g}"


def panels(rows):
    """Those that there are rows for."""
    whole = max(row["text_tokens"] for row in rows)
    nets = [row for row in rows if row["size"] != "none"]
    entire = [row for row in nets if row["text_tokens"] == whole]
    plain = sorted((row for row in rows if row["size"] == "none"), key=lambda row: row["text_tokens"])
    level = next((row for row in plain if row["text_tokens"] == whole), None)
    edges = iter(EDGES)
    if found := most(entire, ["size"], "cpu_s"):
        hours = found[-1]["cpu_s"] >= 7200
        unit, name = (3600, "hours") if hours else (60, "minutes")
        x = lambda row: row["cpu_s"] / unit
        ends = next(edges)
        across, marks = log_axis([x(row) for row in found], ends)
        seen = ", ".join(millions(row["sentences"]) for row in found)
        yield Panel(ends, "Time of training", f"{found[0]['size']} net; {seen} million sentences",
                    f"processor {name} of training (log scale)", x, across,
                    [(t, f"{t:g}") for t in marks], found, [], level)
    if found := most(entire, ["sentences"], "net_bytes"):
        x = lambda row: row["net_bytes"] / 1e6
        ends = next(edges)
        marks = ticks(0, x(found[-1]) * 1.15)
        yield Panel(ends, "Size of the net", f"{millions(found[0]['sentences'])} million sentences",
                    "size of the net in MB", x, Axis(0, marks[-1], *ends),
                    [(t, f"{t:g}") for t in marks], found, [], level)
    found = most(nets, ["size", "sentences"], "text_tokens")
    if found or plain:
        x = lambda row: row["text_tokens"]
        ends = next(edges)
        across, marks = log_axis([x(row) for row in found + plain], ends)
        note = found and f"{found[0]['size']} net, {millions(found[0]['sentences'])} million sentences"
        yield Panel(ends, "Amount of text", note or "", "million tokens of text (log scale)", x, across,
                    [(t, f"{t:g}") for t in marks], found, plain)


def draw(rows):
    drawn = list(panels(rows))
    shown = [row for panel in drawn for row in [*panel.nets, *panel.plain]]
    shares = [row[name] for row in shown for name in ("net_gap1", "ngram_gap1", "gap1")]
    shares = [share for share in shares if share is not None]
    gaps = ticks(min(shares) - 2, max(shares) + 2)
    scores = ticks(min(row["low"] for row in shown) - 0.02, max(row["high"] for row in shown) + 0.02)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
           f'height="{HEIGHT}" role="img" font-family="Helvetica, Arial, DejaVu Sans, sans-serif">',
           "<title>Training of the net: gap and score on the benchmark</title>",
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
           text(24, 34, "What the training of the net is worth", "start", 20, "#111", BOLD)]
    x = 24
    for kind, name in enumerate(NAMES):
        if kind == NGRAMS:
            out.append(dashed([(x - 7.5, 60), (x + 23.5, 60)], COLOURS[kind]))
        out += [marker(kind, x + 8, 60, COLOURS[kind]), text(x + 30, 64, name, "start", 13)]
        x += 66 + 6.9 * len(name)
    left = EDGES[0][0]
    for (top, _), words in ((GAPS, "true gap first, % of sentences"),
                            (SCORES, "score: mean edit distance, less is better, with 95 % interval")):
        out.append(text(left, top - 14, words, "start", 12, "#222"))
    for panel in drawn:
        out += panel.draw(gaps, scores)
    return "\n".join([*out, "</svg>", ""])


def main():
    args, rows = arguments(__doc__, "net", COLUMNS, parse)
    args.output.write_text(draw(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
