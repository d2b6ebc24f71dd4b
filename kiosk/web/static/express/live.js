// What changes by itself: the families of just now, the printer, the calls for help; asked for each second.

import { Away, JSON_ONLY, Login, ask } from "./hub.js";
import { isAway, wantsLogin, wanted } from "./notice.js";
import { send } from "./outbox.js";

const EACH_MS = 1000;
const lists = ["lately", "elsewhere"].map((name) => document.getElementById(name));
const alarms = document.getElementById("alarms");
const shown = new Map(lists.flatMap((list) => [...list.children]).map((item) => [item.dataset.party, item.outerHTML]));
let first = true;
let lost = false;
let timer = 0;
let heard = () => {};

export function start(told) {
  heard = told;
  printer();
  look();
}

export async function look() {
  clearTimeout(timer);
  try {
    if (!wanted() && document.visibilityState === "visible") {
      show((await ask("/express/now", { headers: JSON_ONLY })).body);
      isAway(false);
      if (lost) send();
      lost = false;
    }
  } catch (error) {
    if (error instanceof Login) wantsLogin(error.address);
    else if (error instanceof Away) isAway((lost = true));
    else throw error;
  } finally {
    clearTimeout(timer);
    timer = setTimeout(look, EACH_MS);
  }
}

function show(state) {
  for (const list of lists) fill(list, state[list.id]);
  first = false;
  const same = document.createElement("div");
  same.innerHTML = state.alarms;
  if (same.innerHTML !== alarms.innerHTML) {
    const busy = alarms.contains(document.activeElement);
    alarms.replaceChildren(...same.childNodes);
    if (busy) (alarms.querySelector("button") ?? document.getElementById("family")).focus();
    printer();
  }
  heard(state);
}

function fill(list, entries) {
  const wrapper = document.createElement("template");
  wrapper.innerHTML = entries;
  const items = [...wrapper.content.children];
  const before = new Map([...list.children].map((item) => [item.dataset.party, item]));
  const kept = items.map((item) => {
    const party = item.dataset.party;
    const there = before.get(party);
    const html = item.outerHTML;
    if (there && shown.get(party) === html) return there;
    if (!there && !first) item.classList.add("new");
    shown.set(party, html);
    return there ? refocused(there, item) : item;
  });
  if (kept.length !== list.children.length || kept.some((item, at) => list.children[at] !== item)) place(list, kept);
}

function place(list, items) {
  const focus = document.activeElement;
  list.replaceChildren(...items);
  if (document.activeElement !== focus && list.contains(focus)) focus.focus();
}

// The new one in the place of the old, and what had the focus there has it here.
function refocused(old, item) {
  const targets = (of) => [...of.querySelectorAll("a, button")];
  const at = targets(old).indexOf(document.activeElement);
  if (at >= 0) queueMicrotask(() => targets(item)[Math.min(at, targets(item).length - 1)]?.focus());
  return item;
}

function printer() {
  document.body.dataset.printer = alarms.querySelector(".printer-alarm") ? "bad" : "ok";
}

alarms.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    await ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  } catch (error) {
    if (error instanceof Login) wantsLogin(error.address);
    else isAway(true);
  }
  look();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
