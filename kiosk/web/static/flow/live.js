// The connection: frames as they come, and how old they are. A number that may be old never looks fresh.

import { say } from "./places.js";

const floor = document.getElementById("floor");
const freshness = document.getElementById("freshness");
const age = freshness.querySelector("span");
const lost = document.getElementById("lost");
const lostMore = document.getElementById("lost-more");
const lostAge = document.getElementById("lost-age");
const MINUTES_FROM_S = 120;
const QUIET_MS = 9000; // the hub sends a frame every four seconds, changed or not
const RETRY_MS = 3000;
const started = Date.now();
const name = crypto.getRandomValues(new Uint32Array(2)).join("-"); // that this page comes again, the hub knows by it
let heardAt = null; // of the last frame, by this machine's clock
let heardClock = document.querySelector("[data-text=clock]").textContent;
let broken = false;
let source = null;
let retry = 0;
let show = () => {};

/** Call `shows` with each frame from now on. */
export function watch(shows) {
  show = shows;
  setInterval(look, 1000);
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => event.persisted && connect());
  connect();
  look();
}

function connect() {
  clearTimeout(retry);
  retry = 0;
  source?.close();
  source = new EventSource(`${floor.dataset.events}&page=${name}`);
  source.addEventListener("floor", (event) => {
    const frame = JSON.parse(event.data);
    show(frame);
    heardClock = frame.shown.texts.clock;
    heardAt = Date.now();
    broken = false;
    look();
  });
  source.addEventListener("error", () => {
    broken = true;
    look();
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(again, RETRY_MS * (1 + Math.random())); // not all pages at once
  });
}

// The hub refused the connection. Where this session has ended, the page itself leads to where one comes in.
async function again() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(RETRY_MS) });
    if (answer.status === 401) {
      location.reload();
      return;
    }
  } catch {
    // no hub at all: tried once more
  }
  connect();
}

function look() {
  const silentMs = Date.now() - (heardAt ?? started);
  const gone = broken || silentMs > QUIET_MS;
  const seconds = Math.round(silentMs / 1000);
  const ago = seconds < MINUTES_FROM_S ? freshness.dataset.age.replace("{n}", seconds) : freshness.dataset.minutes.replace("{n}", Math.floor(seconds / 60));
  const state = gone ? "lost" : heardAt === null ? "waiting" : "live";
  const old = seconds < 2 && !gone ? freshness.dataset.now : ago;
  if (document.body.dataset.live !== state) document.body.dataset.live = state;
  if (gone) {
    say(lostMore, lostMore.dataset.words.replace("{clock}", heardClock));
    say(lostAge, ago);
  }
  if (lost.hidden === gone) lost.hidden = !gone;
  const words = state === "live" ? `${freshness.dataset.live} · ${old}` : state === "waiting" ? freshness.dataset.waiting : old;
  if (age.textContent !== words) age.textContent = words;
  // A connection that is open and says nothing is no connection: a phone that left the Wi-Fi gets no error.
  if (!broken && silentMs > QUIET_MS && !retry) {
    retry = setTimeout(() => {
      retry = 0;
      if (Date.now() - (heardAt ?? started) > QUIET_MS) connect();
    }, RETRY_MS);
  }
}
