// The numbers as they change. A number that may be old never looks fresh: without news the page says so.

const floor = document.getElementById("floor");
const freshness = document.getElementById("freshness");
const age = freshness.querySelector("span");
const lost = document.getElementById("lost");
const lostMore = document.getElementById("lost-more");
const QUIET_MS = 9000; // the hub sends a frame every four seconds, changed or not
const RETRY_MS = 3000;
let heardAt = null; // of the last frame, by this machine's clock
let heardClock = document.querySelector("[data-text=clock]").textContent;
let broken = false;
let source = null;
let retry = 0;

const byText = group("text");
const byState = group("state");
const byNumber = group("number");

function group(name) {
  return [...document.querySelectorAll(`[data-${name}]`)].filter((each) => each !== floor).map((each) => [each.dataset[name], each]);
}

const stationsOf = (keys) => keys.filter((key) => key.startsWith("station.")).sort().join(" ");
const stations = stationsOf(byState.map(([key]) => key));

function show(frame) {
  if (stationsOf(Object.keys(frame.shown.states)) !== stations) {
    location.reload(); // one has come or gone
    return;
  }
  for (const [key, place] of byText) {
    const words = frame.shown.texts[key] ?? "";
    if (place.textContent !== words) place.textContent = words;
    const empty = words === "";
    if (place.hidden !== empty) place.hidden = empty;
  }
  for (const [key, place] of byState) {
    const state = frame.shown.states[key];
    if (state !== undefined && place.dataset.is !== state) place.dataset.is = state;
  }
  for (const [key, place] of byNumber) {
    const value = frame.shown.numbers[key];
    if (value !== undefined && place.value !== value) place.value = value;
  }
  calls(frame.shown.calls);
  heardClock = frame.shown.texts.clock;
}

// Who calls for help, in the order of the calls. A new one is said aloud to screen readers, and rung where it was asked.

const callList = document.getElementById("calls");
const callSaid = document.getElementById("call-said");
const callForm = document.getElementById("call").content.firstElementChild;
const ring = document.getElementById("ring");
let sound = null;
let known = new Set([...callList.children].map((form) => form.dataset.call));

function calls(open) {
  const there = new Map([...callList.children].map((form) => [form.dataset.call, form]));
  for (const [place, form] of there) if (!open.some((call) => call.place === place)) form.remove();
  for (const call of open) {
    const form = there.get(call.place) ?? callList.appendChild(callForm.cloneNode(true));
    form.dataset.call = form.elements.namedItem("place").value = call.place;
    for (const [where, words] of [["b", call.who], ["p span", call.more]]) {
      const place = form.querySelector(where);
      if (place.textContent !== words) place.textContent = words;
    }
  }
  const fresh = open.filter((call) => !known.has(call.place));
  known = new Set(open.map((call) => call.place));
  if (open.length === 0) callSaid.textContent = "";
  if (fresh.length === 0) return;
  callSaid.textContent = fresh.map((call) => callSaid.dataset.words.replace("{who}", call.who).replace("{more}", call.more)).join(" ");
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

function connect() {
  clearTimeout(retry);
  retry = 0;
  source?.close();
  source = new EventSource(floor.dataset.events);
  source.addEventListener("floor", (event) => {
    show(JSON.parse(event.data));
    heardAt = Date.now();
    broken = false;
    look();
  });
  source.addEventListener("error", () => {
    broken = true;
    look();
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_MS);
  });
}

const started = Date.now();

function look() {
  const silentMs = Date.now() - (heardAt ?? started);
  const gone = broken || silentMs > QUIET_MS;
  const seconds = Math.round(silentMs / 1000);
  const old = seconds < 2 ? freshness.dataset.now : freshness.dataset.age.replace("{n}", seconds);
  const state = gone ? "lost" : heardAt === null ? "waiting" : "live";
  if (document.body.dataset.live !== state) document.body.dataset.live = state;
  if (gone) {
    const words = lostMore.dataset.words.replace("{clock}", heardClock).replace("{age}", freshness.dataset.age.replace("{n}", seconds));
    if (lostMore.textContent !== words) lostMore.textContent = words;
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

setInterval(look, 1000);
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => event.persisted && connect());
connect();
look();
