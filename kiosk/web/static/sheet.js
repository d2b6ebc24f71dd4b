// What becomes of the printed sheet, asked twice a second. Without this module the page reloads itself.

const party = document.querySelector(".party");
const told = party.querySelector("[role=status]");
const headline = told.querySelector(".headline");
const words = told.querySelector(".words");
const badge = party.querySelector(".badge");
const again = party.querySelector(".again");
const EVERY_MS = 500;
const PATIENCE_MS = 2500;
let lastKnown = Date.now();
let ended = false;

function say(title, more) {
  if (headline.textContent === title && words.textContent === more) return;
  headline.textContent = title;
  words.textContent = more;
  document.dispatchEvent(new Event("ronde:news"));
}

function show(progress) {
  party.dataset.mood = progress.mood;
  say(progress.headline, progress.words);
  if (progress.offer && !badge.dataset.offered) {
    badge.dataset.offered = "yes";
    badge.open = true;
  }
  again.hidden = !progress.again;
  ended = progress.ended && !progress.again;
}

async function ask() {
  try {
    const answer = await fetch("/door/sheet/status", { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status === 404) {
      location.replace("/door");
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    lastKnown = Date.now();
  } catch {
    if (Date.now() - lastKnown > PATIENCE_MS) {
      party.dataset.mood = "waiting";
      say(told.dataset.lost, told.dataset.lostMore);
      badge.open = true;
    }
  }
  setTimeout(ask, ended ? 4 * EVERY_MS : EVERY_MS);
}

let sent = false;
for (const form of party.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
}

ask();
