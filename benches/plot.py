#!/usr/bin/env python3
"""Draws what benches/scale.sh has measured on generated text: processor time and memory per token.

    python3 benches/plot.py scale.tsv                 writes benches/scale.svg
    python3 benches/plot.py scale.tsv -o other.svg
    python3 benches/plot.py --check scale.tsv         only checks the rows; exit code 1 for a wrong one
"""
import argparse
import math
import sys
from html import escape
from pathlib import Path

COLUMNS = ("text tokens order prune memory flags "
           "wall_s cpu_s peak_kb temp_bytes model_bytes ngrams").split()
COLOURS = ["#1b6ca8", "#c8511b", "#3a7d44", "#7b4b94", "#8a6d00", "#555555"]
WIDTH, HEIGHT, TOP, BOTTOM = 1040, 500, 118, 432
PANELS = [(66, 496), (582, 1012)]  # left and right edge of the axes
BOLD = ' font-weight="600"'
PAPER = "#fdfdfb"
HALO = BOLD + f' stroke="{PAPER}" stroke-width="5"'


def read(path, columns, parse):
    """The rows as dictionaries, and what is wrong with them."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != columns:
        return [], [f"{path}:1: the columns are not {' '.join(columns)}"]
    rows, wrong, keys = [], [], set()
    for number, line in enumerate(lines[1:], 2):
        try:
            rows.append(parse(line.split("\t"), keys))
        except ValueError as error:
            wrong.append(f"{path}:{number}: {error}")
    return rows, wrong or ([] if rows else [f"{path}: no rows"])


def parse(fields, keys):
    if len(fields) != len(COLUMNS):
        raise ValueError(f"{len(fields)} columns, not {len(COLUMNS)}")
    row = dict(zip(COLUMNS, fields))
    for name in ("tokens", "order", "peak_kb", "temp_bytes", "model_bytes"):
        row[name] = int(row[name])
    row["wall_s"], row["cpu_s"] = float(row["wall_s"]), float(row["cpu_s"])
    row["ngrams"] = [int(n) for n in row["ngrams"].split()]
    if min(row["tokens"], row["peak_kb"], row["model_bytes"], *row["ngrams"]) <= 0:
        raise ValueError("tokens, peak_kb, model_bytes and ngrams are above 0")
    if not all(0 <= row[name] < math.inf for name in ("wall_s", "cpu_s", "temp_bytes")):
        raise ValueError("seconds and temp_bytes are no less than 0")
    if row["text"] != "news" and not float(row["text"]) > 0:
        raise ValueError(f"text `{row['text']}` is neither news nor million tokens")
    if not 2 <= row["order"] <= 5 or len(row["ngrams"]) != row["order"]:
        raise ValueError(f"order {row['order']} with {len(row['ngrams'])} numbers of n-grams")
    if row["prune"] != "-" and len([int(n) for n in row["prune"].split()]) > row["order"]:
        raise ValueError("more thresholds than orders")
    if (key := tuple(fields[:1] + fields[2:6])) in keys:
        raise ValueError("measured twice")
    keys.add(key)
    return row


def series(rows):
    """The rows on generated text by what was trained, each by size."""
    found = {}
    for row in sorted(rows, key=lambda row: row["tokens"]):
        if row["text"] == "news":
            continue
        pruned = "" if row["prune"] == "-" else f", pruned {row['prune']}"
        lists = "" if "--no-lists" in row["flags"] else ", with lists"
        name = f"order {row['order']}{pruned}{lists}, memory bound {row['memory']}"
        found.setdefault(name, []).append(row)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def text(x, y, words, anchor="middle", size=12, fill="#444", more=""):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
            f'fill="{fill}"{more}>{escape(words)}</text>')


def line(points, stroke, width=1):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{width}"/>'


def marker(kind, x, y, colour):
    """A diamond, square or triangle: series are not told apart by colour alone."""
    shapes = [[(0, -7), (7, 0), (0, 7), (-7, 0)], [(-5, -5), (5, -5), (5, 5), (-5, 5)],
              [(0, -7), (6.5, 5), (-6.5, 5)]]
    points = " ".join(f"{x + a:.1f},{y + b:.1f}" for a, b in shapes[kind % len(shapes)])
    return f'<polygon points="{points}" fill="{colour}" stroke="{PAPER}" stroke-width="1.2"/>'


def short(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def log_ticks(low, high, steps):
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return [m * 10.0**e for e in range(first, last + 1) for m in steps]


def values(clusters, gap=14):
    """One point at a size has its value above it, out of the way of a line that falls; several have
    theirs to the right, moved apart. The grid keeps clear of them."""
    for labels in clusters:
        labels.sort(key=lambda label: label[0])
        for above, below in zip(labels, labels[1:]):
            below[0] = max(below[0], above[0] + gap)
        many, limit = len(labels) > 1, BOTTOM - 6
        for y, x, words, colour, falls in reversed(labels):
            y, limit = min(y, limit), min(y, limit) - gap
            spot = (x + 11, y + 4) if many else (x + 4, y - 8) if falls else (x, y - 11)
            anchor = "start" if many or falls else "middle"
            for fill, style in ((PAPER, HALO), (colour, BOLD)):
                yield text(*spot, words, anchor, 12, fill, style)


def panel(edges, groups, title, value, logarithmic):
    left, right = edges
    xs = [row["tokens"] for rows in groups.values() for row in rows]
    ys = [value(row) for rows in groups.values() for row in rows]
    # Axes go over whole ticks, with room for labels right of the last points.
    x0, x1 = math.log10(min(xs)) - 0.25, math.log10(max(xs)) + 0.4
    if logarithmic:
        scale = log_ticks(min(ys), max(ys) * 10, (1, 2, 5))
        low = max(t for t in scale if t <= min(ys) * 0.95 or t == scale[0])
        high = min(t for t in scale if t >= max(ys) * 1.15)
        ticks = [t for t in scale if low <= t <= high]
        place = lambda y: math.log(y / low) / math.log(high / low)
    else:
        most = max(max(ys) * 1.12, 1e-9)
        step = min(s for s in log_ticks(most / 100, most, (1, 2, 5)) if most / s <= 6)
        ticks = [i * step for i in range(math.ceil(most / step) + 1)]
        place = lambda y: y / ticks[-1]
    px = lambda x: left + (math.log10(x) - x0) / (x1 - x0) * (right - left)
    py = lambda y: BOTTOM - place(y) * (BOTTOM - TOP)

    out = [text(left, TOP - 18, title, "start", 14, "#222", BOLD)]
    for tick in ticks:
        out.append(line([(left, py(tick)), (right, py(tick))], "#e4e4de"))
        out.append(text(left - 8, py(tick) + 4, f"{tick:.6g}", "end"))
    for tick in log_ticks(min(xs), max(xs), (1,)):
        if left <= px(tick) <= right:
            out.append(line([(px(tick), BOTTOM), (px(tick), BOTTOM + 5)], "#888"))
            words = f"{tick / 1e6:,.0f} M" if tick >= 1e6 else f"{tick / 1e3:g} k"
            out.append(text(px(tick), BOTTOM + 20, words))
    out.append(line([(left, BOTTOM), (right, BOTTOM)], "#888"))
    out.append(text((left + right) / 2, BOTTOM + 42, "tokens of training text (log scale)"))

    lines, marks, at = [], [], {}
    for kind, rows in enumerate(groups.values()):
        colour = COLOURS[kind % len(COLOURS)]
        spots = [(px(row["tokens"]), py(value(row)), short(value(row))) for row in rows]
        lines.append(line([spot[:2] for spot in spots], colour, 2))
        for (_, before, _), (x, y, words) in zip(spots[:1] + spots, spots):
            marks.append(marker(kind, x, y, colour))
            at.setdefault(round(x), []).append([y, x, words, colour, y > before + 10])
    return out + list(values(at.values())) + lines + marks


def draw(groups):
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
           f'height="{HEIGHT}" role="img" font-family="Helvetica, Arial, DejaVu Sans, sans-serif">',
           "<title>Training at scale: processor time and peak memory per token</title>",
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
           text(24, 34, "Training at scale", "start", 20, "#111", BOLD)]
    x = 24
    for kind, name in enumerate(groups):
        out.append(marker(kind, x + 7, 60, COLOURS[kind % len(COLOURS)]))
        out.append(text(x + 20, 64, name, "start", 13))
        x += 50 + 6.9 * len(name)
    out += panel(PANELS[0], groups, "Processor seconds per million tokens",
                 lambda row: row["cpu_s"] / row["tokens"] * 1e6, False)
    out += panel(PANELS[1], groups, "Peak resident bytes per token (log scale)",
                 lambda row: row["peak_kb"] * 1024 / row["tokens"], True)
    return "\n".join([*out, "</svg>", ""])


def arguments(doc, name, columns, parse, flags=()):
    """The arguments of a script that draws NAME.svg from the rows of NAME.sh, and the rows; ends the script
    where a row is wrong or nothing is to be drawn."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tsv", help=f"rows of benches/{name}.sh")
    picture = Path(__file__).with_name(f"{name}.svg")
    parser.add_argument("-o", "--output", type=Path, default=picture)
    parser.add_argument("--check", action="store_true", help="draw nothing")
    for flag, what in flags:
        parser.add_argument(flag, action="store_true", help=what)
    args = parser.parse_args()
    rows, wrong = read(args.tsv, columns, parse)
    if wrong:
        sys.exit("\n".join(wrong))
    if args.check:
        print(f"{len(rows)} rows")
        sys.exit()
    return args, rows


def main():
    args, rows = arguments(__doc__, "scale", COLUMNS, parse)
    groups = series(rows)
    if groups:
        args.output.write_text(draw(groups), encoding="utf-8")
    else:
        sys.exit(f"{args.tsv}: no rows on generated text")


if __name__ == "__main__":
    main()
