// The families that were counted and are not yet kept by the hub: one after the other they are sent, until each is
// taken. They outlive this page, and a form that is sent twice is taken once.

import { Away, JSON_ONLY, Login, ask } from "./hub.js";
import { isAway, say, waits, wantsLogin, wanted } from "./notice.js";

const KEPT = "ronde.express.outbox";
const AGAIN_MS = 1500;
const list = document.getElementById("outbox");

let families = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
let sending = false;
let retry = 0;
let taken = () => {};
let takenBack = () => false;

// `kept` is called when the hub has taken a family, `back` with the fields of one that is to be counted again: it says
// whether there was room for it.
export function start(kept, back) {
  taken = kept;
  takenBack = back;
  show();
  send();
}

// `fields`: name and value of each. `words`: how many they are.
export function add(fields, words) {
  families.push({ fields, words, error: "" });
  changed();
  send();
}

export async function send() {
  clearTimeout(retry);
  const next = families.find((family) => !family.error);
  if (sending || !next || wanted()) return;
  sending = true;
  try {
    const { ok, body } = await ask("/express", { method: "POST", headers: JSON_ONLY, body: new URLSearchParams(next.fields) });
    if (ok) {
      families = families.filter((family) => family !== next);
      say(body.said);
      taken();
    } else {
      next.error = body.error ?? list.dataset.refused;
    }
    isAway(false);
  } catch (error) {
    if (error instanceof Login) wantsLogin(error.address);
    else if (error instanceof Away) isAway(true);
    else throw error;
    retry = setTimeout(send, AGAIN_MS);
    return;
  } finally {
    sending = false;
    changed();
  }
  send();
}

function changed() {
  sessionStorage.setItem(KEPT, JSON.stringify(families));
  show();
}

function show() {
  waits(families.filter((family) => !family.error).length);
  list.replaceChildren(...families.map(row));
}

function row(family) {
  const item = document.createElement("li");
  item.className = family.error ? "entry waiting-entry refused" : "entry waiting-entry";
  const words = document.createElement("b");
  words.textContent = family.words;
  const state = document.createElement("span");
  state.textContent = family.error || list.dataset.sending;
  item.append(words, state);
  if (family.error) {
    const acts = document.createElement("span");
    acts.className = "entry-acts";
    acts.append(button(list.dataset.again, () => takenBack(family.fields), family), button(list.dataset.drop, () => true, family));
    item.append(acts);
  }
  return item;
}

function button(words, then, family) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = words;
  made.addEventListener("click", () => {
    if (!then()) return;
    families = families.filter((each) => each !== family);
    changed();
  });
  return made;
}
