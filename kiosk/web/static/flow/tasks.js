// What to do now, and what was done just now: lists that change without moving what is under a finger or has the focus.

import { isTold } from "./acts.js";
import { put } from "./places.js";

const section = document.querySelector(".tasks");
const list = document.getElementById("tasks");
const lately = document.getElementById("lately");
const said = document.getElementById("task-said");
const title = document.getElementById("tasks-title");
const blank = document.getElementById("task").content.firstElementChild;
const blankDone = document.getElementById("done").content.firstElementChild;
const icons = document.getElementById("task-icons").content;
const ring = document.getElementById("ring");
const SETTLE_MS = 400; // a list that has just moved takes no tap: it was meant for what stood there before
let movedAt = 0;
let held = false;
let waiting = null;
let sound = null;
let known = new Set([...list.children].map((task) => task.dataset.key));

export function show(shown) {
  if (held) {
    waiting = shown;
    return;
  }
  arrange(list, shown.tasks, "key", () => blank.cloneNode(true), fillTask);
  arrange(lately, shown.lately.map((each) => ({ ...each, key: each.act })), "actId", () => blankDone.cloneNode(true), fillDone);
  tell(shown.tasks);
}

function arrange(where, wanted, name, make, fill) {
  const there = new Map([...where.children].map((each) => [each.dataset[name], each]));
  const lost = where.contains(document.activeElement) ? document.activeElement : null;
  const keys = new Set(wanted.map((each) => each.key));
  for (const [key, each] of there) {
    if (keys.has(key)) continue;
    each.remove();
    movedAt = Date.now();
  }
  let before = where.firstElementChild;
  for (const each of wanted) {
    const element = there.get(each.key) ?? make();
    if (element === before) before = before.nextElementSibling;
    else if (!element.contains(document.activeElement) || !element.isConnected) {
      where.insertBefore(element, before);
      movedAt = Date.now();
    }
    element.dataset[name] = each.key;
    fill(element, each);
  }
  if (lost && !lost.isConnected) leave(lost);
}

// Who was at a task that is no more hears so; who did it has been told.
function leave(lost) {
  title.focus({ preventScroll: true });
  const form = lost.closest(".task form");
  if (!form || "busy" in form.dataset || isTold(form)) return;
  const what = form.closest(".task").querySelector(".task-what").textContent;
  said.textContent = said.dataset.gone.replace("{what}", () => what);
}

function fillTask(element, task) {
  if (element.dataset.is !== task.urgency) element.dataset.is = task.urgency;
  if (element.dataset.kind !== task.kind) {
    element.dataset.kind = task.kind;
    const icon = icons.querySelector(`.for-${task.kind}`);
    element.querySelector(".task-icon").replaceChildren(...(icon ? [icon.cloneNode(true)] : []));
  }
  words(element, ".task-what", task.what);
  words(element, ".task-why", task.why);
  words(element, ".task-since", task.since);
  const form = element.querySelector("form");
  form.querySelector("[name=key]").value = task.key;
  for (const [name, value] of Object.entries(task.remedy)) {
    const field = form.querySelector(name === "kind" ? ".first" : `input[name=${name}]`);
    if (field.value !== value) field.value = value;
  }
  const button = form.querySelector(".first");
  words(button, "span", task.button);
  button.dataset.asks = task.asks;
  if (button.getAttribute("aria-description") !== task.what) button.setAttribute("aria-description", task.what);
  form.querySelector(".task-later").hidden = !task.later;
  for (const place of form.querySelectorAll(".task-named")) put(place, ` ${task.what}`);
}

function fillDone(element, done) {
  words(element, ".done-what", done.what);
  words(element, ".done-who", done.who);
  words(element, ".done-named", ` ${done.what}`);
  element.querySelector("[name=act]").value = done.act;
}

function words(element, place, said) {
  put(element.querySelector(place), said);
}

// What is new and urgent is said to screen readers, and rung where that was asked for.

function tell(tasks) {
  const urgent = tasks.filter((task) => task.urgency === "now" && !known.has(task.key));
  known = new Set(tasks.map((task) => task.key));
  if (urgent.length === 0) return;
  said.textContent = urgent.map((task) => [task.what, task.why].filter(Boolean).join(" · ")).join(". ");
  if (ring.getAttribute("aria-pressed") === "true") bell();
}

function bell() {
  for (const [after, pitch] of [[0, 880], [0.25, 660]]) {
    const tone = sound.createOscillator();
    const loud = sound.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.2, sound.currentTime + after);
    loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + after + 0.6);
    tone.connect(loud).connect(sound.destination);
    tone.start(sound.currentTime + after);
    tone.stop(sound.currentTime + after + 0.6);
  }
}

ring.hidden = false;
ring.addEventListener("click", () => {
  const on = ring.getAttribute("aria-pressed") !== "true";
  ring.setAttribute("aria-pressed", String(on));
  if (!on) return;
  sound ??= new AudioContext();
  sound.resume();
  bell();
});

section.addEventListener("pointerdown", () => (held = true));
for (const end of ["pointerup", "pointercancel"]) {
  window.addEventListener(end, () => {
    if (!held) return;
    setTimeout(() => {
      held = false;
      if (waiting) show(waiting);
      waiting = null;
    });
  });
}
section.addEventListener("click", (event) => {
  if (event.detail > 0 && Date.now() - movedAt < SETTLE_MS && event.target.closest("button")) event.preventDefault();
}, true);

const more = document.getElementById("more");
more.addEventListener("click", () => more.setAttribute("aria-expanded", String(more.getAttribute("aria-expanded") !== "true")));
