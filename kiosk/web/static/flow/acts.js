// Acts: a form with `data-act` is sent without leaving the page, and asked about before where it cannot be taken back.

import { renew } from "./parts.js";

const ask = document.getElementById("ask");
const refused = document.getElementById("refused");
const acted = document.getElementById("acted");
const token = document.querySelector("meta[name=csrf]")?.content ?? "";
const WAIT_MS = 10_000;
const SHOWN_MS = 4000;
const PATIENCE_MS = 30_000; // for so long a press is sent again until it is answered
const PAUSE_MS = 2000;
let shown = 0;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  const button = event.submitter;
  const fields = new URLSearchParams(new FormData(form, button));
  if (button?.dataset.asks) {
    if (!(await sure(button.dataset.asks))) return button.focus();
    fields.set("sure", "1");
  }
  form.dataset.busy = "yes";
  try {
    if (await send(form.action, fields)) {
      tell(form);
      if ("once" in form.dataset) form.reset();
    }
  } finally {
    delete form.dataset.busy;
  }
  await renew();
});

/** Whether it is done; where it is not, the page says why. The hub does once what has one name, however often it comes. */
async function send(action, fields) {
  say("");
  acted.textContent = ""; // of what was done before
  fields.set("form", crypto.getRandomValues(new Uint32Array(4)).join("-"));
  const until = Date.now() + PATIENCE_MS;
  let answer = await post(action, fields);
  while ((!answer || answer.status >= 500) && Date.now() < until) {
    say(refused.dataset.again);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    answer = await post(action, fields);
  }
  if (answer?.ok) {
    say("");
    return true;
  }
  const said = await answer?.json().catch(() => null);
  if (said?.login) location.assign(said.login);
  else say(said?.error ?? refused.dataset.lost);
  return false;
}

function post(action, fields) {
  const headers = { Accept: "application/json", "X-CSRF": token };
  return fetch(action, { method: "POST", body: fields, headers, signal: AbortSignal.timeout(WAIT_MS) }).catch(() => null);
}

// Seen for a moment, and said once; whatever that form stands for may go meanwhile without a word of its own.
function tell(form) {
  clearTimeout(shown);
  acted.textContent = acted.dataset.done;
  form.dataset.done = Date.now();
  shown = setTimeout(() => (acted.textContent = ""), SHOWN_MS);
}

/** Whether it was told just now that this form was done. */
export function isTold(form) {
  return Date.now() - Number(form.dataset.done ?? 0) < SHOWN_MS;
}

function say(words) {
  refused.textContent = words;
  refused.hidden = words === "";
  if (words) refused.scrollIntoView({ block: "nearest" });
}

function sure(words) {
  document.getElementById("ask-words").textContent = words;
  ask.returnValue = "no";
  ask.showModal();
  return new Promise((resolve) => ask.addEventListener("close", () => resolve(ask.returnValue === "yes"), { once: true }));
}

// A time or a number beside its buttons: less, more.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-by]");
  const input = button?.parentElement.querySelector("input");
  if (!input) return;
  const by = Number(button.dataset.by);
  if (by < 0) input.stepDown(-by);
  else input.stepUp(by);
});
for (const button of document.querySelectorAll("button[data-by]")) button.hidden = false;
