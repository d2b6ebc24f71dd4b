// The express desk: a family is counted, sent, and the form is free for the next one at once.

import { numbers, put, total, value } from "./count.js";
import { token } from "./hub.js";
import * as live from "./live.js";
import { say } from "./notice.js";
import * as outbox from "./outbox.js";
import * as panel from "./panel.js";

const DRAFT = "ronde.express.draft";
const SPLIT = "ronde.express.split";
const form = document.getElementById("family");
const count = form.querySelector(".count");
const told = form.querySelector(".send-total");
const split = form.querySelector(".split-switch");
const pick = form.querySelector(".pick");
const usual = form.elements.namedItem("language").value;
const most = Number(count.dataset.most);
const format = new Intl.NumberFormat(document.documentElement.lang);

function words(all) {
  return (all === 1 ? told.dataset.one : told.dataset.many).replace("{n}", format.format(all));
}

function show() {
  const all = total(form);
  told.textContent = all === 0 ? "" : all > most ? told.dataset.over : words(all);
  sessionStorage.setItem(DRAFT, JSON.stringify(fields()));
}

const fields = (submitter) => [...new FormData(form, submitter)].filter(([name, said]) => !name.startsWith("n:") || said);

function fill(said) {
  for (const input of numbers(form)) put(input, Number(said.get(input.name)) || 0);
  const spoken = form.querySelector(`[name=language][value="${CSS.escape(said.get("language") ?? usual)}"]`);
  if (spoken) spoken.checked = true;
  form.elements.namedItem("form").value = said.get("form") || token();
  if (numbers(form).some((input) => value(input) && !input.name.endsWith(":x"))) divide(true);
  show();
}

const clear = () => fill(new Map());

function divide(apart) {
  count.classList.toggle("split", apart);
  split.setAttribute("aria-pressed", String(apart));
  localStorage.setItem(SPLIT, apart ? "1" : "");
}

// Who was counted as a woman or a man counts as a person where these are not told apart.
function join() {
  for (const row of count.querySelectorAll(".count-row")) {
    const all = numbers(row).reduce((sum, input) => sum + value(input), 0);
    for (const input of numbers(row)) put(input, input.name.endsWith(":x") ? all : 0);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const all = total(form);
  if (all === 0 || all > most) {
    told.textContent = all ? told.dataset.over : told.dataset.none;
    return;
  }
  if (event.submitter === pick) {
    panel.post(form, event.submitter);
    return;
  }
  outbox.add(fields(event.submitter), words(all));
  clear();
});

// A badge was chosen for the family that is counted: it is sent as any other.
document.addEventListener("submit", (event) => {
  const chosen = event.target;
  if (!("family" in chosen.dataset)) return;
  event.preventDefault();
  outbox.add([...new FormData(chosen, event.submitter)], words(total(form)));
  panel.close();
  clear();
}, true);

form.addEventListener("reset", (event) => {
  event.preventDefault();
  clear();
});
form.addEventListener("input", show);
form.addEventListener("change", show);
split.addEventListener("click", (event) => {
  event.preventDefault();
  const apart = !count.classList.contains("split");
  if (!apart) join();
  divide(apart);
});
split.addEventListener("keydown", (event) => {
  if (event.key === " ") {
    event.preventDefault();
    split.click();
  }
});

// The last used first, while nobody's thumb is on its way to one.
function order(languages) {
  if (total(form) > 0 || form.querySelector(".tongues").contains(document.activeElement)) return;
  const labels = [...form.querySelectorAll(".tongue")];
  const of = (language) => labels.find((label) => label.querySelector("input").value === language);
  const wanted = languages.map(of).filter(Boolean);
  if (wanted.every((label, at) => label === labels[at])) return;
  const slots = labels.map((label) => {
    const slot = document.createComment("");
    label.before(slot);
    return slot;
  });
  slots.forEach((slot, at) => slot.replaceWith(wanted[at]));
}

document.body.classList.add("scripted");
fill(new Map(JSON.parse(sessionStorage.getItem(DRAFT) ?? "[]")));
if (localStorage.getItem(SPLIT)) divide(true);
outbox.start(live.look, (fields) => {
  if (total(form) > 0) {
    say(told.dataset.first);
    return false;
  }
  fill(new Map(fields.filter(([name]) => name !== "form")));
  say("");
  return true;
});
live.start((state) => {
  pick.hidden = !state.blank;
  order(state.languages);
});
