// The door as one page that is never left: forms and links are fetched, and what comes back takes the place of what
// was there. While the hub is away a calm page waits, and the same request is sent again. Every form may be sent
// twice without harm: the hub knows them again.
//
// A step's module exports `enter(stage, shell)`, and may return what is to be called when the step is left.
//   shell.submit(form, submitter)   send a form, as a press of its button would
//   shell.go(address)               get a page
//   shell.busy(whether)             nothing can be pressed meanwhile
//   shell.say(words)                for screen readers
//   shell.heard()                   somebody, or something, is there: the silence begins anew
// A form outside the stage that has a field "page" and the attribute data-aside is sent after what was said so far.
// Within the stage a step may handle "submit" and "click" itself: what it prevents is not sent.

const START = "/door";
const PARTS = ["rail", "stage", "spoken", "silence", "waiting", "end"];
const SLOW_MS = 3_000;
const PATIENCE_MS = 12_000;
const GIVE_UP_MS = 120_000; // a sheet that comes after that is nobody's
const AGAIN_MS = [250, 500, 1_000, 2_000];

const part = (id) => document.getElementById(id);
const wait = (ms, signal) =>
  new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });

let under = null; // what aborts the request that is under way
let leave = null;

const shell = { submit, go, busy, say, heard };

function submit(form, submitter = null) {
  const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
  const said = new URLSearchParams(new FormData(form, submitter));
  if ((form.getAttribute("method") ?? "get").toLowerCase() === "post") return load(action, { method: "POST", body: said });
  const address = new URL(action, location.href);
  address.search = said;
  return load(address.href);
}

function go(address) {
  return load(address);
}

function busy(whether) {
  document.body.classList.toggle("busy", whether);
  part("stage").toggleAttribute("inert", whether);
}

function say(words) {
  part("announced").textContent = words;
}

function heard() {
  document.dispatchEvent(new Event("ronde:news"));
}

async function load(address, options = {}) {
  const url = new URL(address, location.href);
  if (under || !ours(url)) return;
  under = new AbortController();
  const { signal } = under;
  document.body.classList.add("asking");
  const slow = setTimeout(waiting, SLOW_MS, true);
  const begun = Date.now();
  let answer = null;
  for (let tries = 0; answer === null && !signal.aborted; tries += 1) {
    answer = await ask(url, options, signal);
    if (answer !== null || signal.aborted) break;
    waiting(true);
    if (Date.now() - begun > GIVE_UP_MS) [url.href, options] = [new URL(START, location.href).href, {}];
    await wait(AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)], signal);
  }
  const step = answer && (await Promise.race([stepOf(answer.page), wait(SLOW_MS, signal)]));
  clearTimeout(slow);
  document.body.classList.remove("asking");
  under = null;
  if (answer !== null) show(answer, step);
}

// The page that comes back, or null where the hub is away or not well.
async function ask(url, options, signal) {
  try {
    const answer = await fetch(url, { ...options, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
    if (answer.status >= 500) return null;
    return { url: answer.url, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  } catch {
    return null;
  }
}

function ours(url) {
  return url.origin === location.origin && (url.pathname === START || url.pathname.startsWith(`${START}/`));
}

function waiting(whether) {
  const box = part("waiting");
  if (box.hidden !== whether) return;
  box.hidden = !whether;
  for (const id of ["rail", "stage"]) part(id).inert = whether;
  if (whether) box.querySelector("[tabindex]").focus();
}

const files = (page) => [...page.querySelectorAll("head > link, head > script")].map((each) => each.outerHTML).join();

function show({ url, page }, step) {
  if (PARTS.some((id) => !page.getElementById(id)) || files(page) !== files(document)) {
    location.replace(ours(new URL(url)) ? url : START); // no page of ours, or of another release than ours
    return;
  }
  const same = page.getElementById("stage").dataset.step === part("stage").dataset.step;
  const told = status(document);
  const held = same ? trace(document.activeElement) : "";
  leaveStage();
  for (const id of PARTS) part(id).replaceWith(document.adoptNode(page.getElementById(id)));
  for (const name of ["lang", "dir"]) document.documentElement.setAttribute(name, page.documentElement.getAttribute(name));
  document.body.className = page.body.className;
  document.title = page.title;
  history.replaceState(null, "", url);
  const again = held && document.querySelector(held);
  if (again) again.focus({ preventScroll: true });
  else focusHeading();
  if (!same) say(""); // what was said of the step before
  else if (status(document) !== told) say(status(document));
  document.dispatchEvent(new Event("door:entered"));
  enterStage(step);
}

const status = (page) => page.querySelector("#stage [role=status]")?.textContent.trim() ?? "";

// How to find the same control on the next page.
function trace(control) {
  if (!control || control === document.body) return "";
  if (control.id) return `#${CSS.escape(control.id)}`;
  if (!control.name) return "";
  return `${control.localName}[name="${CSS.escape(control.name)}"][value="${CSS.escape(control.value)}"]:enabled`;
}

function focusHeading() {
  const heading = part("stage").querySelector("h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

// The module of a page's step, before the step is shown: the first touch finds it there. Without it a step goes by forms
// alone.
async function stepOf(page) {
  const script = page.getElementById("stage")?.dataset.script;
  if (!script) return null;
  try {
    return await import(script);
  } catch (error) {
    if (!(error instanceof TypeError)) reportError(error);
    return null;
  }
}

function enterStage(step) {
  leave = step?.enter(part("stage"), shell) ?? null;
}

function leaveStage() {
  leave?.();
  leave = null;
}

// What was said so far is kept before something beside the step is asked for, which then leads back to it.
async function aside(form, submitter) {
  const step = part("step");
  if (step && !under) {
    try {
      const kept = await fetch(step.getAttribute("action"), {
        method: "POST",
        body: new URLSearchParams(new FormData(step)),
        signal: AbortSignal.timeout(SLOW_MS),
      });
      const { pathname, search } = new URL(kept.url);
      if (kept.ok) form.elements.namedItem("page").value = pathname + search;
    } catch {
      // the hub is away: what is asked for waits for it, and what was said last may be lost
    }
  }
  await submit(form, submitter);
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  if (event.target.closest("#rail, [data-aside]")) aside(event.target, event.submitter);
  else submit(event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented) return;
  event.preventDefault();
  go(link.href);
});

window.addEventListener("pageshow", (event) => event.persisted && location.reload());
history.replaceState(null, "", location.href);
document.dispatchEvent(new Event("door:entered"));
const first = part("stage");
const step = await stepOf(document);
if (part("stage") === first) enterStage(step);
