#!/usr/bin/env python3
"""Uses the pages of `impute-serve` in headless Chromium as a person would, by keyboard alone, and checks them.

    python3 serve/tests/browser/look.py                  starts a service of its own and looks at it
    python3 serve/tests/browser/look.py --url URL        looks at a service that runs already
    python3 serve/tests/browser/look.py --shots FOLDER   also leaves pictures of all pages: wide, narrow, light, dark
    python3 serve/tests/browser/look.py --picture FILE   also takes the picture that the README shows

With the script: types a sentence, submits, waits for the answer, reports it wrong with the word that was meant,
uploads a file, waits, downloads the submission and compares it byte for byte, deletes. Without the script: the same
with the plain form. At phone and desktop width, light and dark, every page: see SOUND in tests/browser/driver.py;
whatever has the focus shows it; nothing is said on the console and nothing but the service is asked. Exit code 1 and
a line for everything that is wrong.

$IMPUTE_SERVE is the program [target/release/impute-serve].
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/browser"))
from driver import PATIENCE, SOUND, Browser, chromium  # noqa: E402
from smaller import smaller  # noqa: E402

VIEWS = [(360, "light"), (360, "dark"), (1200, "light"), (1200, "dark")]
SENTENCE = "The committee said it would to consider the proposal next week ."
WORD = "have"
STATE = "document.querySelector('#result').firstElementChild.dataset.state"
KEYS = {"Tab": (9, None), "Enter": (13, "\r"), " ": (32, " "), "ArrowDown": (40, None)}


class Person:
    """Someone with a keyboard, who waits for what they expect and notes what is wrong."""

    def __init__(self, browser, base):
        self.browser, self.base, self.wrong = browser, base, []

    def open(self, path, width=1200, scheme="light"):
        self.browser.show(self.base + path, width, scheme)

    def press(self, key):
        code, text = KEYS[key]
        more = {"text": text} if text else {}
        for kind in ("keyDown", "keyUp"):
            self.browser.call("Input.dispatchKeyEvent", type=kind, key=key, code="Space" if key == " " else key,
                              windowsVirtualKeyCode=code, **(more if kind == "keyDown" else {}))

    def type(self, text):
        self.browser.call("Input.insertText", text=text)

    def go_to(self, selector):
        """Moves the focus with the tab key; whatever gets it has to show that."""
        for _ in range(80):
            self.press("Tab")
            seen = self.browser.evaluate(f"""(() => {{
              const e = document.activeElement, box = e.getBoundingClientRect();
              const shows = getComputedStyle(e).outlineStyle !== 'none' && box.width > 0;
              return [e.matches({selector!r}), e === document.body || shows, e.outerHTML.slice(0, 80)];
            }})()""")
            if not seen[1]:
                self.wrong.append(f"has the focus and does not show it: {seen[2]}")
            if seen[0]:
                return
        raise RuntimeError(f"the tab key does not lead to {selector}")

    def look(self, script):
        return self.browser.evaluate(script)

    def wait(self, script, what):
        """Until an expression is true; pages may change meanwhile."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if self.browser.evaluate(f"Boolean({script})"):
                    return
            except RuntimeError:
                pass  # between two pages
            time.sleep(0.05)
        text = self.browser.evaluate("document.body.innerText")
        raise RuntimeError(f"waited in vain: {what}; the page says: {text[:600]}")

    def expect(self, found, expected, what):
        if found != expected:
            self.wrong.append(f"{what}: {found!r}, not {expected!r}")

    def sound(self, what, least=15):
        """Checks the page that is shown at every width and in every light."""
        for width, scheme in VIEWS:
            self.browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                              mobile=width < 500)
            self.browser.call("Emulation.setEmulatedMedia",
                              features=[{"name": "prefers-color-scheme", "value": scheme}])
            found = self.look(f"{SOUND}({width}, {least})")
            self.wrong += [f"{what}, {width} pixels, {scheme}: {line}" for line in found]
            yield width, scheme


class Shots:
    """Pictures to look at, if a folder is given."""

    def __init__(self, person, folder):
        self.person, self.folder = person, folder
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def all(self, name, least=15):
        for width, scheme in self.person.sound(name, least):
            if self.folder:
                self.person.browser.picture(self.folder / f"{name}-{width}-{scheme}.png")


def asks(person, shots):
    """A sentence, its answer, and what was wrong with it."""
    person.open("/")
    shots.all("home", 20)
    person.open("/")
    person.press("Tab")
    person.expect(person.look("document.activeElement.className"), "skip", "the first stop of the tab key")
    person.go_to("#text")
    person.type(SENTENCE)
    person.go_to("#ask button")
    person.press("Enter")
    person.wait("document.querySelector('#result [data-final]')", "for an answer")
    person.expect(person.look(STATE), "done", "the state")
    person.expect(person.look("document.querySelector('#answer ins').innerText.replace('+', '').trim()"), WORD,
                  "what went in")
    gaps = len(SENTENCE.split()) - 1
    person.expect(person.look("document.querySelectorAll('svg.bars rect.bar').length"), gaps, "bars of gaps")
    person.expect(person.look("document.querySelectorAll('#gaps tbody tr').length"), gaps, "gaps in numbers")
    person.expect(person.look(f"document.querySelector('#live').textContent.includes('Inserted: “{WORD}”')"), True,
                  "the answer is read out")
    person.expect(person.look("document.querySelector('#language .said').textContent.includes('English')"), True,
                  "the language is told")
    shots.all("answer", 60)
    person.go_to("#meant-word")
    person.type("like")
    person.go_to("#meant-gap")
    for _ in range(3):
        person.press("ArrowDown")
    person.expect(person.look("document.activeElement.selectedOptions[0].text"), "said _ it", "the third gap")
    person.go_to("#feedback form:nth-of-type(2) button")
    person.press("Enter")
    person.wait("document.activeElement.matches('.thanks')", "for thanks")
    person.expect(person.look("document.activeElement.textContent.includes('wrong; the word was “like”')"), True,
                  "what was reported")


def choose(person, file):
    """Chooses a file by keyboard; what the browser's own dialogue does is done for it."""
    browser = person.browser
    browser.call("Page.setInterceptFileChooserDialog", enabled=True)
    person.go_to("#file")
    seen = len(browser.events)
    person.press("Enter")
    chosen = None
    while not chosen:
        chosen = next((e for e in browser.events[seen:] if e.get("method") == "Page.fileChooserOpened"), None)
        if not chosen:
            browser.events.append(browser.message())
    browser.call("DOM.setFileInputFiles", files=[str(file)], backendNodeId=chosen["params"]["backendNodeId"])


def uploads(person, shots, folder):
    """The sample's file, and the submission that comes of it."""
    person.browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    person.open("/")
    choose(person, ROOT / "data/sample-test.csv")
    person.go_to("#upload button")
    person.press("Enter")
    person.wait("document.querySelector('#work a.button')", "for the submission")
    shots.all("uploaded", 20)
    person.go_to("#work a.button")
    person.press("Enter")
    submission, end = folder / "submission.csv", time.monotonic() + PATIENCE
    while not submission.exists() and time.monotonic() < end:
        time.sleep(0.05)
    person.expect(submission.read_bytes() == (ROOT / "submissions/sample.csv").read_bytes(), True,
                  "the submission is that of the program")


def manages(person, shots):
    """Recent requests, the other pages, and deleting."""
    person.open("/")
    person.wait("document.querySelectorAll('#recent li').length === 2", "for the recent requests")
    shots.all("recent", 20)
    batch = person.look("document.querySelector('#recent a[href^=\"/batches/\"]').pathname")
    request = person.look("document.querySelector('#recent a[href^=\"/requests/\"]').pathname")
    for name, path, least in [("batch", batch, 15), ("request", request, 60), ("help", "/help", 60)]:
        person.open(path)
        shots.all(name, least)
    person.open("/status")
    before = person.look("document.querySelector('#now').innerText")
    person.wait(f"document.querySelector('#now').innerText !== {before!r}", "for newer figures")
    shots.all("status", 30)
    person.go_to("#pause")
    person.press("Enter")
    person.expect(person.look("document.activeElement.getAttribute('aria-pressed')"), "true", "the figures stand")
    person.open(request)
    person.go_to(".remove button")
    person.press("Enter")
    person.wait("location.pathname === '/' && document.querySelectorAll('#recent li').length === 1",
                "for the page without what was deleted")


def strange(person, shots):
    """Texts that nobody would write: one endless word, marks of direction, control characters, markup."""
    markup = "<b>bold</b> & <script>alert(1)</script>"
    for task, text in [("impute", "the " + "x" * 3000 + f" \u202ehtap\u0007 {markup} ."),
                       ("repair", "\u05e9\u05dc\u05d5\u05dd " * 200 + "y" * 2000), ("language", "<i>" * 500)]:
        person.open("/")
        person.look(f"document.querySelector('#task-{task}').checked = true")
        person.go_to("#text")
        person.type(text)
        person.go_to("#ask button")
        person.press("Enter")
        person.wait("document.querySelector('#result [data-final]')", "for an answer")
        person.expect(person.look(STATE), "done", "the state")
        person.expect(person.look("document.querySelectorAll('#result script, #result i, #result b').length"), 0,
                      "elements that a text has made")
        shots.all(f"strange-{task}", 20)


def refused(person, folder):
    """What is refused is said where one looks, and leads to the help page."""
    person.open("/")
    person.go_to("#text")
    person.type("two\nlines")
    person.go_to("#ask button")
    person.press("Enter")
    person.wait("document.querySelector('#live.notice a')", "for a refusal")
    person.expect(person.look("document.querySelector('#live a').getAttribute('href')"), "/help#unprocessable",
                  "where a refusal leads")
    person.open("/")
    person.go_to("#text")
    person.type(SENTENCE)
    person.go_to("#ask button")
    person.press("Enter")
    person.wait("document.querySelector('#meant-word')", "for an answer")
    person.go_to("#meant-word")
    person.type("two words")
    person.press("Enter")
    person.wait("document.querySelector('#feedback .notice')?.textContent.includes('one token')",
                "for a refusal of feedback")
    bad = folder / "bad.csv"
    bad.write_text('"id","sentence"\n1,"a b c"\n2\n')
    choose(person, bad)
    person.go_to("#upload button")
    person.press("Enter")
    person.wait("document.querySelector('#uploaded.notice a')", "for a refusal of a file")
    person.expect(person.look("document.querySelector('#uploaded a').getAttribute('href')"), "/help#bad_row",
                  "where the refusal of a file leads")
    person.expect(person.look("document.querySelector('#uploaded').textContent.includes('3')"), True,
                  "the line of a bad row is named")


def plainly(person):
    """The form without a script."""
    person.browser.call("Emulation.setScriptExecutionDisabled", value=True)
    person.open("/", 360)
    for hidden in ("#upload", "#recent"):
        person.expect(person.look(f"document.querySelector('{hidden}').hidden"), True, f"{hidden} is hidden")
    person.go_to("#examples a")
    person.press("Enter")
    person.wait(f"document.querySelector('#text')?.value === {SENTENCE!r}", "for the example")
    person.go_to("#ask button")
    person.press("Enter")
    person.wait("location.pathname.startsWith('/requests/') && document.querySelector('[data-final]')",
                "for an answer")
    person.expect(person.look("document.querySelector('#answer ins').innerText.replace('+', '').trim()"), WORD,
                  "what went in, without the script")
    request = person.look("location.pathname")
    person.go_to("#feedback form:nth-of-type(1) button")
    person.press("Enter")
    person.wait("document.querySelector('.thanks')", "for thanks, without the script")
    person.expect(person.look("location.pathname"), request, "where feedback leads")
    person.go_to(".remove button")
    person.press("Enter")
    person.wait("location.pathname === '/'", "for the first page")
    person.browser.call("Emulation.setScriptExecutionDisabled", value=False)


def readme_picture(person, path):
    """The form and the answer."""
    person.open("/", 1000)
    person.go_to("#text")
    person.type(SENTENCE)
    person.go_to("#ask button")
    person.press("Enter")
    person.wait("document.querySelector('#result [data-final]')", "for an answer")
    person.look("""(() => {
      const cut = e => e && e.remove();
      document.activeElement.blur();
      ['#recent', '#upload-title', '#feedback', '.remove', '#language', 'footer', '#live'].map(at =>
        document.querySelector(at)).forEach(e => cut(e?.closest('section') ?? e));
      document.querySelectorAll('.tables > .scroll:nth-child(n + 3)').forEach(cut);
    })()""")
    height = person.look("Math.ceil(document.documentElement.getBoundingClientRect().height)")
    person.browser.picture(path, {"x": 0, "y": 0, "width": 1000, "height": height})
    path.write_bytes(smaller(path.read_bytes()))


def start(folder):
    """A service with a data file of its own; the process and its address."""
    program = Path(os.environ.get("IMPUTE_SERVE", ROOT / "target/release/impute-serve")).resolve()
    if not program.exists():
        sys.exit(f"no {program}: cargo build --release -p impute-serve, or set IMPUTE_SERVE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("IMPUTE_SERVE_")}
    process = subprocess.Popen([program, "--listen", "127.0.0.1:0", "--data", Path(folder, "data.sqlite")],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
                               cwd=folder)
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            threading.Thread(target=lambda: [None for _ in process.stdout], daemon=True).start()
            return process, found[0]
    sys.exit("the service does not start:\n" + "".join(said))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url")
    parser.add_argument("--shots", type=Path, metavar="FOLDER")
    parser.add_argument("--picture", type=Path, metavar="FILE")
    args = parser.parse_args()
    program = chromium()
    with tempfile.TemporaryDirectory() as folder:
        process, base = (None, args.url.rstrip("/")) if args.url else start(folder)
        browser = Browser(program, Path(folder, "profile"))
        person = Person(browser, base)
        try:
            shots = Shots(person, args.shots)
            asks(person, shots)
            uploads(person, shots, Path(folder))
            manages(person, shots)
            strange(person, shots)
            plainly(person)
            if args.picture:
                readme_picture(person, args.picture)
            complaints = list(browser.complaints(lambda fetched: fetched.startswith(base + "/")))
            refused(person, Path(folder))  # last: the browser says of every refusal that it is one
            wrong = person.wrong + sorted(set(complaints))
        finally:
            browser.close()
            if process:
                process.terminate()
                process.wait(60)
    if wrong:
        sys.exit("\n".join(dict.fromkeys(wrong)))
    print("as a person with a keyboard, with and without the script: nothing is wrong")


if __name__ == "__main__":
    main()
