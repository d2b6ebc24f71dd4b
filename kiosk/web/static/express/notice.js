// What is said above everything: that the hub is away, or that another PIN is wanted; and below, what was done.

const away = document.getElementById("away");
const said = document.getElementById("said");
let waiting = 0;
let gone = false;
let login = "";

export function say(words) {
  said.textContent = words;
}

export function waits(families) {
  waiting = families;
  show();
}

export function isAway(state) {
  gone = state;
  show();
}

export function wantsLogin(address) {
  login = address;
  show();
}

export const wanted = () => login;

function show() {
  const more = waiting ? ` ${away.dataset.waiting.replace("{n}", waiting)}` : "";
  if (login) {
    const link = document.createElement("a");
    link.href = login;
    link.textContent = away.dataset.login;
    if (away.querySelector("a")?.getAttribute("href") !== login) away.replaceChildren(link);
  } else {
    const words = gone ? away.dataset.words + more : "";
    if (away.textContent !== words) away.textContent = words;
  }
}
