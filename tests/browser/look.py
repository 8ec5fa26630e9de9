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
(`apt-get install chromium`). $IMPUTE is the program [target/release/impute]. The browser is spoken to
through a pipe and has a profile of its own, which is removed again.
"""
import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = ["scores", "calibration", "confidence", "length", "learning", "worst", "best", "signature"]
CHARTS = {"scores": 1, "calibration": 4, "confidence": 1, "length": 2, "learning": 3}
VIEWS = [(360, "light"), (360, "dark"), (1200, "light"), (1200, "dark")]
FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-extensions "
         "--disable-background-networking --disable-component-update --disable-sync "
         "--disable-default-apps --hide-scrollbars --remote-debugging-pipe about:blank").split()
PATIENCE = 60  # seconds for any answer

CURVE = "text_tokens\tscore\tlow\thigh\tgap1\tword1\torder\n" + "".join(
    f"{tokens}\t{score}\t{score - 0.06:.2f}\t{score + 0.06:.2f}\t{gap}\t{word}\t3\n"
    for tokens, score, gap, word in [(1, 5.4, 30, 25), (10, 5.2, 42, 30), (50, 5.1, 48, 34)])

# What is wrong with the page as it is drawn, as a list of lines. (On a phone `innerWidth` grows with what
# sticks out, so that the width is given.)
CHECK = r"""
((sections, charts, width) => {
  const wrong = [], all = selector => [...document.querySelectorAll(selector)];
  const name = e => `<${e.tagName.toLowerCase()} class="${e.getAttribute('class') || ''}"> ` +
    (e.textContent || '').trim().slice(0, 40);
  if (!document.documentElement.lang || !document.title) wrong.push('no language or title');
  if (all('h1').length !== 1) wrong.push('not one h1');
  let level = 0;
  for (const h of all('h1,h2,h3,h4')) {
    if (+h.tagName[1] > level + 1) wrong.push('heading skips a level: ' + name(h));
    level = +h.tagName[1];
  }
  const ids = all('[id]').map(e => e.id);
  if (new Set(ids).size < ids.length) wrong.push('an id occurs twice');
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
  for (const th of all('th')) if (!th.scope) wrong.push('a header without scope: ' + name(th));
  for (const t of all('table')) if (!t.caption) wrong.push('a table without caption');
  const wide = document.documentElement.scrollWidth;
  if (wide > width) wrong.push(`${wide} pixels wide in a window of ${width}`);
  for (const e of all('body *')) {
    const r = e.getBoundingClientRect();
    if (r.right > width + 1 && r.width && !e.closest('.scroll') && !e.closest('svg'))
      wrong.push('sticks out on the right: ' + name(e));
  }
  // Contrast of text with what is behind it (WCAG 2).
  const parse = c => { const n = c.match(/[\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (a, b) => a[3] >= 1 ? a : [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const back = e => {
    if (!e) return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return over(parse(getComputedStyle(e).backgroundColor), back(e.parentElement));
  };
  const light = c => {
    const f = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]);
  };
  let texts = 0;
  for (const e of all('body *')) {
    if (e.tagName === 'title' || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(e), behind = back(e);
    const ink = over(parse(e.closest('svg') ? style.fill : style.color), behind);
    const [a, b] = [light(ink), light(behind)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
    texts += 1;
    if (ratio < 4.5) wrong.push(`contrast ${ratio.toFixed(2)}: ` + name(e));
  }
  if (texts < 100) wrong.push(`only ${texts} pieces of text`);
  return [...new Set(wrong)];
})"""


class Browser:
    """Chromium, spoken to over file descriptors 3 and 4: messages of JSON, each followed by a NUL."""

    def __init__(self, program, profile):
        (inside_read, self.write), (self.read, inside_write) = os.pipe(), os.pipe()
        command = f'exec "$0" "$@" 3<&{inside_read} 4>&{inside_write}'
        self.process = subprocess.Popen(
            ["sh", "-c", command, program, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(inside_read, inside_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(inside_read)
        os.close(inside_write)
        self.number, self.rest, self.events, self.session = 0, b"", [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def message(self):
        import select
        while b"\0" not in self.rest:
            if not select.select([self.read], [], [], PATIENCE)[0]:
                raise TimeoutError(f"the browser has said nothing for {PATIENCE} seconds")
            piece = os.read(self.read, 1 << 20)
            if not piece:
                raise EOFError("the browser has ended; try it by hand")
            self.rest += piece
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.write, json.dumps(request).encode() + b"\0")
        while (message := self.message()).get("id") != self.number:
            self.events.append(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return message["result"]

    def show(self, url, width, scheme, height=900, scale=1):
        """Loads the page at this width and waits until it is there."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=scale, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        seen = len(self.events)
        self.call("Page.navigate", url=url)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events[seen:]):
            self.events.append(self.message())

    def evaluate(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")

    def picture(self, path, clip=None):
        more = {"clip": {**clip, "scale": 1}} if clip else {}
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, **more)
        Path(path).write_bytes(base64.b64decode(shot["data"]))

    def complaints(self, url):
        """What was said on the console, and what was fetched besides the page."""
        for event in self.events:
            method, params = event.get("method"), event.get("params", {})
            if method == "Network.requestWillBeSent":
                fetched = params["request"]["url"]
                if fetched != url and not fetched.startswith("data:"):
                    yield f"fetches {fetched}"
            elif method == "Runtime.exceptionThrown":
                yield f"an exception: {params['exceptionDetails']['text']}"
            elif method == "Runtime.consoleAPICalled":
                yield f"the console: {params['args']}"
            elif method == "Log.entryAdded":
                yield f"the console: {params['entry']['text']}"

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (OSError, EOFError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


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


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="?", type=Path)
    parser.add_argument("--shots", type=Path, metavar="FOLDER")
    parser.add_argument("--picture", type=Path, metavar="FILE")
    args = parser.parse_args()
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    program = next((found for name in names if name and (found := shutil.which(name))), None)
    if not program:
        sys.exit("no chromium: apt-get install chromium, or set CHROMIUM")
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
                wrong += [f"{width} pixels, {scheme}: {line}" for line in found]
            wrong += sorted(set(browser.complaints(url)))
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
