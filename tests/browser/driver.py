"""Headless Chromium for the tests that look at pages: it is spoken to through a pipe, and has a profile of its own.

What uses it needs Python 3.9 and Chromium as `chromium`, `chromium-browser`, `google-chrome` or $CHROMIUM (`apt-
get install chromium`). SOUND is what every page has to keep: headings in order, ids that are unique, tables with
captions and headers, fields with labels, nothing wider than the page, and all text with a contrast of 4.5 to 1.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-extensions "
         "--disable-background-networking --disable-component-update --disable-sync "
         "--disable-default-apps --hide-scrollbars --remote-debugging-pipe about:blank").split()
PATIENCE = 60  # seconds for any answer

# What is wrong with a page as it is drawn, as a list of lines. (On a phone `innerWidth` grows with what sticks out,
# so that the width is given.)
SOUND = r"""
((width, least) => {
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
  for (const th of all('th')) if (!th.scope) wrong.push('a header without scope: ' + name(th));
  for (const t of all('table')) if (!t.caption) wrong.push('a table without caption');
  for (const e of all('input:not([type=hidden]),select,textarea,progress'))
    if (!e.labels.length && !e.ariaLabel) wrong.push('a field without a label: ' + e.outerHTML.slice(0, 60));
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
  if (texts < least) wrong.push(`only ${texts} pieces of text`);
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

    def complaints(self, own):
        """What was said on the console, and what was fetched besides what is one's own."""
        for event in self.events:
            method, params = event.get("method"), event.get("params", {})
            if method == "Network.requestWillBeSent":
                fetched = params["request"]["url"]
                if not own(fetched) and not fetched.startswith("data:"):
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


def chromium():
    """The program, or the end of this one."""
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    program = next((found for name in names if name and (found := shutil.which(name))), None)
    if not program:
        sys.exit("no chromium: apt-get install chromium, or set CHROMIUM")
    return program
