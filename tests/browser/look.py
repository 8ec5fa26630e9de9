#!/usr/bin/env python3
"""Opens the page of `impute evaluate --html` in headless Chromium and checks what a reader would meet.

    python3 tests/browser/look.py                  makes the page of the sample sentences, looks at it
    python3 tests/browser/look.py report.html      looks at this page
    python3 tests/browser/look.py --shots FOLDER   also leaves pictures: light, dark, narrow, on paper
    python3 tests/browser/look.py --picture FILE   also takes the picture that the README shows

At phone and desktop width, light and dark: every section is there and has its headings in order; every
chart has marks, a size and a name; nothing is wider than the page; all text has a contrast of 4.5 to 1;
tables name their rows and columns; nothing is said on the console and nothing is fetched. Exit code 1 and
a line for everything that is wrong.

Needs Python 3.9 and Chromium as `chromium`, `chromium-browser`, `google-chrome` or $CHROMIUM
(`apt-get install chromium`). $IMPUTE is the program [target/release/impute].
"""
import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from driver import SOUND, Browser, chromium
from smaller import smaller

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = ["scores", "calibration", "confidence", "length", "learning", "worst", "best", "signature"]
CHARTS = {"scores": 1, "calibration": 4, "confidence": 1, "length": 2, "learning": 3}
VIEWS = [(360, "light"), (360, "dark"), (1200, "light"), (1200, "dark")]

CURVE = "text_tokens\tscore\tlow\thigh\tgap1\tword1\torder\n" + "".join(
    f"{tokens}\t{score}\t{score - 0.06:.2f}\t{score + 0.06:.2f}\t{gap}\t{word}\t3\n"
    for tokens, score, gap, word in [(1, 5.4, 30, 25), (10, 5.2, 42, 30), (50, 5.1, 48, 34)])

# What is wrong with this page besides what every page has to keep, as a list of lines.
CHECK = r"""
((sections, charts, width) => {
  const wrong = [], all = selector => [...document.querySelectorAll(selector)];
  const name = e => `<${e.tagName.toLowerCase()} class="${e.getAttribute('class') || ''}"> ` +
    (e.textContent || '').trim().slice(0, 40);
  for (const id of sections) {
    const section = document.getElementById(id);
    if (!section || section.innerText.trim().length < 40) { wrong.push('no section ' + id); continue; }
    const pictures = [...section.querySelectorAll('svg[role=img]')];
    if (charts[id] && pictures.length < charts[id])
      wrong.push(`${id}: ${pictures.length} charts, not ${charts[id]}`);
    for (const svg of pictures) {
      const box = svg.getBoundingClientRect();
      if (box.width < 200 || box.height < 80) wrong.push(`${id}: a chart of ${box.width} x ${box.height}`);
      if ((svg.getAttribute('aria-label') || '').length < 20) wrong.push(`${id}: a chart without a name`);
      const marks = [...svg.querySelectorAll('.mark,.bar')];
      if (!marks.length) wrong.push(`${id}: an empty chart`);
      for (const mark of marks) {
        const m = mark.getBoundingClientRect();
        if (!(m.left >= box.left - 1 && m.right <= box.right + 1 && m.top >= box.top - 8 && m.bottom <= box.bottom + 1))
          wrong.push(`${id}: a mark outside its chart`);
        if (/NaN|Infinity/.test(mark.outerHTML)) wrong.push(`${id}: a mark at no number`);
      }
      const texts = [...svg.querySelectorAll('text')].filter(t => !t.hasAttribute('transform'))
        .map(t => [t, t.getBoundingClientRect()]);
      texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
        if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 3 && q.top < p.bottom - 3)
          wrong.push(`${id}: labels lie on each other: ${a.textContent} | ${b.textContent}`);
      }));
      for (const [t, b] of texts)
        if (b.left < -1 || b.right > width + 1) wrong.push(`${id}: a label is cut: ${t.textContent}`);
    }
  }
  for (const a of all('nav a'))
    if (!document.querySelector(a.getAttribute('href'))) wrong.push('a link to nowhere: ' + name(a));
  return [...new Set(wrong)];
})"""


def make(folder):
    """The page of the sample sentences, with a learning curve made up for the purpose."""
    impute = os.environ.get("IMPUTE", ROOT / "target/release/impute")
    curve, page = Path(folder, "curve.tsv"), Path(folder, "report.html")
    curve.write_text(CURVE)
    data = [ROOT / "data/sample-test.csv", ROOT / "data/sample-solution.csv"]
    environment = {name: value for name, value in os.environ.items() if name != "IMPUTE_MODEL"}
    subprocess.run([impute, "evaluate", *data, "--html", page, "--learning-curve", curve, "--quiet"],
                   check=True, stdout=subprocess.DEVNULL, env=environment)
    return page


def shots(browser, url, folder):
    """Pictures to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, scheme in [("light", 1000, "light"), ("dark", 1000, "dark"), ("narrow", 360, "light")]:
        browser.show(url, width, scheme)
        browser.picture(folder / f"{name}.png")
    paper = browser.call("Page.printToPDF", printBackground=False, preferCSSPageSize=True)
    (folder / "paper.pdf").write_bytes(base64.b64decode(paper["data"]))


def readme_picture(browser, url, path):
    """Head, scores, a plot of the calibration, two of the worst answers and two of the best."""
    browser.show(url, 1000, "light")
    keep = ["scores", "calibration", "worst", "best"]
    browser.evaluate(f"""(() => {{
      const cut = e => e && e.remove(), keep = {json.dumps(keep)};
      document.querySelectorAll('section').forEach(s => keep.includes(s.id) || cut(s));
      document.querySelectorAll('#scores > .pair ~ *').forEach(cut);
      document.querySelectorAll('#calibration > .pair ~ *').forEach(cut);
      document.querySelectorAll('#worst .cases li:nth-child(n + 3), #best .cases li:nth-child(n + 3)').forEach(cut);
    }})()""")
    height = browser.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
    browser.picture(path, {"x": 0, "y": 0, "width": 1000, "height": height})
    path.write_bytes(smaller(path.read_bytes()))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="?", type=Path)
    parser.add_argument("--shots", type=Path, metavar="FOLDER")
    parser.add_argument("--picture", type=Path, metavar="FILE")
    args = parser.parse_args()
    program = chromium()
    with tempfile.TemporaryDirectory() as folder:
        page = args.page or make(folder)
        url = page.resolve().as_uri()
        # A page of one's own may have been made without a curve, or without a posterior.
        text = page.read_text(encoding="utf-8")
        sections = [s for s in SECTIONS if not args.page or f'<section id="{s}"' in text]
        browser, wrong = Browser(program, Path(folder, "profile")), []
        try:
            for width, scheme in VIEWS:
                browser.show(url, width, scheme)
                found = browser.evaluate(f"{CHECK}({json.dumps(sections)}, {json.dumps(CHARTS)}, {width})")
                found += browser.evaluate(f"{SOUND}({width}, 100)")
                wrong += [f"{width} pixels, {scheme}: {line}" for line in found]
            wrong += sorted(set(browser.complaints(lambda fetched: fetched == url)))
            if args.shots:
                shots(browser, url, args.shots)
            if args.picture:
                readme_picture(browser, url, args.picture)
        finally:
            browser.close()
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(sections)} sections in {len(VIEWS)} views: nothing is wrong")


if __name__ == "__main__":
    main()
