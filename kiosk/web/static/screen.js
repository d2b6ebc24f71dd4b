// What the hub draws, put up as it comes: each page in the first language, and then in one of the others, another each
// time that all pages are through. Without the hub it waits, calmly. In the hand, or much magnified, all of it is there
// at once, in the language of who reads it.

const hall = document.getElementById("hall");
const QUIET_MS = 12000; // the hub sends a frame every four seconds, changed or not
const RETRY_MS = 3000;
const TURN_MS = 10000; // long enough to read it all
const name = crypto.getRandomValues(new Uint32Array(2)).join("-"); // that this page comes again, the hub knows by it
let drawn = []; // by language: { language, direction, html }
let other = false; // whether it is up in another language than the first
let round = 0; // how often all pages are through: which of the others it is
let turned = 0; // how many pages on
let up = ""; // what is on the screen
let heardAt = Date.now();
let triedAt = 0;
let source = null;

const inHand = matchMedia("(max-width: 48rem)"); // as in screen.css

function readable() {
  const plain = (language) => language.split("-")[0];
  const spoken = navigator.languages.map((wanted) => drawn.find(({ language }) => plain(language) === plain(wanted)));
  return spoken.find(Boolean) ?? drawn[0];
}

function inTurn() {
  return other && drawn.length > 1 ? drawn[1 + (round % (drawn.length - 1))] : drawn[0];
}

function put() {
  const page = inHand.matches ? readable() : inTurn();
  if (!page) return;
  if (page.html !== up) {
    up = page.html;
    hall.innerHTML = page.html;
    hall.lang = page.language;
    hall.dir = page.direction;
  }
  for (const each of hall.querySelectorAll("[data-turn]")) each.hidden = !inHand.matches && Number(each.dataset.turn) !== turned % Number(each.dataset.of);
}

// The same in another language; then each list shows its next page, until the longest is through.
function turn() {
  other = !other && drawn.length > 1;
  if (other) {
    put();
    return;
  }
  const pages = [...hall.querySelectorAll("[data-of]")].map((each) => Number(each.dataset.of));
  turned += 1;
  if (turned >= Math.max(1, ...pages)) {
    turned = 0;
    round += 1;
  }
  put();
}

function connect() {
  source?.close();
  triedAt = Date.now();
  source = new EventSource(`${hall.dataset.events}?page=${name}`);
  source.addEventListener("hall", (event) => {
    drawn = JSON.parse(event.data).pages;
    heardAt = Date.now();
    put();
    look();
  });
}

function look() {
  const silentMs = Date.now() - heardAt;
  const state = silentMs > QUIET_MS ? "lost" : drawn.length ? "live" : "waiting";
  if (document.body.dataset.live !== state) document.body.dataset.live = state;
  // A browser gives up on an answer that is no stream, and never notices a network that went silent.
  if (state === "lost" && Date.now() - triedAt > RETRY_MS) connect();
}

inHand.addEventListener("change", put);
setInterval(turn, TURN_MS);
setInterval(look, 1000);
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => event.persisted && connect());
connect();
look();
