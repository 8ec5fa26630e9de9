// What the pages do by themselves: answer without reloading, upload with progress, follow what is in progress, and
// remember one's own tracking ids. Every page works without it, save the upload. What is shown is made by the server,
// as parts of its pages; this script puts them in place and writes nothing of its own but short messages.
"use strict";

const byId = id => document.getElementById(id);
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

// ---- own tracking ids: `requests/ID` and `batches/ID`, latest first ----

const KEPT = "impute-recent", MOST_KEPT = 10;

function kept() {
  try {
    const list = JSON.parse(localStorage.getItem(KEPT));
    return Array.isArray(list) ? list.filter(at => /^(requests|batches)\/[0-9a-f-]{36}$/.test(at)) : [];
  } catch {
    return []; // a browser that keeps nothing
  }
}

function keep(list) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(list.slice(0, MOST_KEPT)));
  } catch { /* a browser that keeps nothing */ }
}

const remember = at => keep([at, ...kept().filter(other => other !== at)]);
const forget = at => keep(kept().filter(other => other !== at));

async function showRecent() {
  const section = byId("recent");
  if (!section) return;
  const lines = await Promise.all(kept().map(async at => {
    const line = await part(`/${at}?part=line`).catch(() => null);
    if (line?.gone) forget(at);
    return line?.html ?? "";
  }));
  section.querySelector("ul").innerHTML = lines.join("");
  section.hidden = !lines.some(line => line);
}

// ---- what the server says ----

// A part of a page; `gone` if there is none any more.
async function part(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (answer.status === 404) return { gone: true };
  if (!answer.ok) throw new Error(`The service answers ${answer.status}. Try again in a moment.`);
  return { html: await answer.text() };
}

// The words of a refusal.
function refusal(text, status) {
  try {
    const { message, more } = JSON.parse(text);
    if (message) return { message, more };
  } catch { /* no words of the service: something between here and there */ }
  return { message: `The service answers ${status}. Try again in a moment.` };
}

class Refused extends Error {
  constructor({ message, more }) {
    super(message);
    this.more = more;
  }
}

function say(place, text, error) {
  place.replaceChildren(text);
  place.classList.toggle("notice", Boolean(error));
  if (error?.more?.startsWith("/help")) {
    const link = document.createElement("a");
    link.href = error.more;
    link.textContent = "What this means";
    place.append(" ", link);
  }
}

const trouble = error => error instanceof TypeError ? "The service cannot be reached." : error.message;

// ---- a text and its answer ----

let asking = 0; // which of several is the latest

async function ask(form) {
  const mine = ++asking, live = byId("live"), result = byId("result"), button = form.querySelector("button[type=submit]");
  const task = new FormData(form).get("task"), text = byId("text").value.replace(/\n+$/, "");
  button.disabled = true;
  result.replaceChildren();
  say(live, "Sending …");
  try {
    const about = { task, text, explain: task === "impute", language: task !== "language" };
    const answer = await fetch("/v1/jobs", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(about),
    });
    if (!answer.ok) throw new Refused(refusal(await answer.text(), answer.status));
    const { tracking_id: id } = await answer.json();
    remember(`requests/${id}`);
    say(live, "Accepted; waiting for the answer …");
    button.disabled = false;
    await finished(id, () => mine === asking);
    if (mine !== asking) return;
    await showAnswer(id);
    showRecent();
  } catch (error) {
    if (mine === asking) say(live, trouble(error), error);
  } finally {
    button.disabled = false;
  }
}

// Waits until a request is finished; `wanted` says whether anybody still waits.
async function finished(id, wanted) {
  for (let failures = 0; wanted();) {
    try {
      const answer = await fetch(`/v1/jobs/${id}?wait=20`);
      if (!answer.ok) throw new Refused(refusal(await answer.text(), answer.status));
      const { state } = await answer.json();
      if (state !== "waiting" && state !== "running") return;
      failures = 0;
    } catch (error) {
      if (++failures > 5) throw error; // a service that restarts is back by then
      await pause(1000 * failures);
    }
  }
}

async function showAnswer(id) {
  const live = byId("live"), result = byId("result");
  const { html, gone } = await part(`/requests/${id}?part=answer`);
  result.innerHTML = gone ? "" : html;
  if (!live) return;
  say(live, gone ? "This request is gone." : "The answer is below.");
  // What is read out besides is short; who sees it has it before their eyes already.
  const heard = document.createElement("span");
  heard.className = "heard";
  heard.textContent = (result.querySelector(".thanks") ?? result.querySelector(".said"))?.textContent ?? "";
  live.append(" ", heard);
}

async function report(form, submitter) {
  const result = byId("result"), id = form.action.split("/").at(-2);
  submitter.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) {
      // A refusal is a page: what it says is said here.
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      throw new Error(page.querySelector(".notice")?.firstChild?.data ?? `The service answers ${answer.status}.`);
    }
    await showAnswer(id);
    const thanks = result.querySelector(".thanks");
    thanks?.setAttribute("tabindex", "-1");
    thanks?.focus();
  } catch (error) {
    submitter.disabled = false;
    form.parentElement.querySelector(".notice")?.remove();
    const notice = document.createElement("p");
    notice.setAttribute("role", "alert");
    form.before(notice);
    say(notice, trouble(error), error);
  }
}

// ---- a file ----

function upload(form) {
  const file = byId("file").files[0], sending = byId("sending"), bar = byId("sent"), told = byId("uploaded");
  const button = form.querySelector("button"), cancel = byId("cancel"), request = new XMLHttpRequest();
  const end = (text, error) => {
    sending.hidden = true;
    button.disabled = false;
    say(told, text, error);
  };
  byId("work").replaceChildren();
  say(told, "");
  sending.hidden = false;
  button.disabled = true;
  bar.removeAttribute("value");
  request.upload.onprogress = event => {
    if (event.lengthComputable) bar.value = 100 * event.loaded / event.total;
  };
  request.onload = () => {
    if (request.status !== 202) {
      const refused = refusal(request.responseText, request.status);
      return end(refused.message, refused);
    }
    const { tracking_id: id } = JSON.parse(request.responseText);
    remember(`batches/${id}`);
    end("Accepted.");
    follow(byId("work"), `/batches/${id}?part=progress`, () => {
      say(told, "Finished.");
      showRecent();
    });
  };
  request.onerror = () => end("The service cannot be reached, or refused the file before it had all of it.", new Error());
  request.onabort = () => end("Cancelled; nothing was accepted.");
  cancel.onclick = () => request.abort();
  request.open("POST", `/v1/batches?name=${encodeURIComponent(file.name)}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.send(file);
}

// Shows a part of a page again and again until it is final.
async function follow(place, address, done) {
  for (let wait = 150, failures = 0; ; wait = Math.min(1.3 * wait, 1000)) {
    try {
      const { html, gone } = await part(address);
      if (gone) return place.replaceChildren("This file is gone.");
      if (html !== place.dataset.shown) {
        // A button that has the focus keeps it.
        const focused = place.contains(document.activeElement);
        place.innerHTML = html;
        place.dataset.shown = html;
        if (focused) place.querySelector("a.button, button")?.focus();
      }
      failures = 0;
      if (place.querySelector("[data-final]")) return done?.();
    } catch (error) {
      if (++failures > 30) return place.append(trouble(error));
    }
    await pause(wait);
  }
}

// ---- the status ----

async function watch(place) {
  const button = byId("pause"), live = byId("live"), shown = new Map();
  let paused = false, lost = false;
  button.hidden = false;
  button.onclick = () => {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
    button.textContent = paused ? "Go on" : "Pause";
  };
  for (;;) {
    await pause(2000);
    if (paused || document.hidden) continue;
    try {
      const { html } = await part(place.dataset.sections);
      const fresh = new DOMParser().parseFromString(html, "text/html");
      for (const section of fresh.querySelectorAll("section[id]")) {
        if (shown.get(section.id) !== section.outerHTML) byId(section.id)?.replaceWith(document.importNode(section, true));
        shown.set(section.id, section.outerHTML);
      }
      if (lost) say(live, "");
      lost = false;
    } catch (error) {
      if (!lost) say(live, `These figures are old: ${trouble(error)}`, error);
      lost = true;
    }
  }
}

// ---- what happens on a page ----

document.addEventListener("submit", event => {
  const form = event.target;
  if (form.dataset.forget) return forget(form.dataset.forget); // and let it go
  const here = { ask: () => ask(form), upload: () => upload(form) }[form.id] ??
    (form.matches("#result form.feedback") ? () => report(form, event.submitter) : null);
  if (!here) return;
  event.preventDefault();
  here();
});

document.addEventListener("click", event => {
  const example = event.target.closest("a[data-example]");
  if (!example || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  byId("text").value = example.dataset.example;
  byId(`task-${example.dataset.task}`).checked = true;
  byId("text").focus();
});

if (byId("upload")) byId("upload").hidden = false;
if (byId("forget")) byId("forget").onclick = () => { keep([]); showRecent(); byId("text").focus(); };
const following = document.querySelector("[data-follow]");
if (following && !following.querySelector("[data-final]")) follow(following, following.dataset.follow);
if (byId("status")) watch(byId("status"));
showRecent();
