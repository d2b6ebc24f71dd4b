// What is announced, on the first page: in the language that is being shown, one announcement after the other, each
// until it is over. The hub says on /door/events that there is something else; a touch is never kept waiting for it.

const AGAIN_MS = 2_000;
const READ_MS = 65; // for each letter
const LEAST_MS = 2_800;

const stage = () => document.getElementById("stage");
const box = () => document.querySelector("#stage #said");

let digest = null; // of what is up, as the hub said last
let began = performance.now();
let place = 0;
let language = null; // that was shown last
let watch = null;
let timer = 0;
let fetching = false;

const shown = () => stage().dataset.shown ?? null;

/** Put up the announcement whose turn it is, in the language of the page. */
function put() {
  const all = standing();
  if (!all.length) return;
  const now = all[place % all.length];
  language = shown();
  const wanted = language ?? now.firstElementChild.dataset.for;
  for (const each of box().querySelectorAll("p")) each.hidden = each !== now;
  for (const each of now.children) each.hidden = each.dataset.for !== wanted;
  const letters = now.querySelector(":not([hidden])")?.textContent.length ?? 0;
  const wait = Math.max(LEAST_MS, letters * READ_MS);
  stage().dataset.reading = String(Date.now() + wait);
  clearTimeout(timer);
  if (language === null) timer = setTimeout(next, wait);
}

/** Those that are not over yet; what is over goes. */
function standing() {
  const here = box();
  if (!here) return [];
  for (const each of here.querySelectorAll("p")) {
    if (performance.now() - began >= Number(each.dataset.left)) each.remove();
  }
  here.hidden = !here.querySelector("p");
  return [...here.querySelectorAll("p")];
}

function next() {
  place += 1;
  put();
}

/** Another language is shown; once all were, another announcement. */
function turned() {
  if (shown() === language) return;
  const [first] = (stage().dataset.turning ?? "").split(" ");
  if (shown() === first) place += 1;
  put();
}

function entered() {
  watch?.disconnect();
  clearTimeout(timer);
  if (!box()) return;
  began = performance.now();
  place = 0;
  watch = new MutationObserver(turned);
  watch.observe(stage(), { attributeFilter: ["data-shown"] });
  put();
  renew();
}

/** Fetch what is up, where the page shows something else. */
async function renew() {
  if (fetching || digest === null || !box() || box().dataset.digest === digest) return;
  fetching = true;
  let again = false;
  try {
    const answer = await fetch("/door/said", { signal: AbortSignal.timeout(5_000), cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    take(page.getElementById("said"));
  } catch {
    again = true; // the hub is away: what is up stays until it is over
  } finally {
    fetching = false;
  }
  if (again) setTimeout(renew, AGAIN_MS);
}

function take(fresh) {
  if (!fresh || !box()) return;
  digest = fresh.dataset.digest;
  box().replaceWith(document.adoptNode(fresh));
  began = performance.now();
  place = 0;
  put();
  const words = box().querySelector("p:not([hidden]) > :not([hidden])");
  if (words) document.getElementById("announced").textContent = words.textContent;
}

document.addEventListener("ronde:said", (event) => {
  digest = event.detail;
  renew();
});
document.addEventListener("door:entered", entered);
setInterval(standing, 1_000);
entered();
