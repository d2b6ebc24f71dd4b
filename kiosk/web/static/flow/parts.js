// The parts of a page that the hub draws: fetched anew, and put in place where they differ.

const SETTLE_MS = 400; // what has just moved takes no tap: it was meant for what stood there before
const moved = new WeakMap();
let asking = null;
let held = false; // something is under a finger
let waiting = false;

/** Once more after the answer, if asked for meanwhile. */
export function renew() {
  asking ??= draw().finally(() => (asking = null));
  return asking;
}

async function draw() {
  let answer;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  } catch {
    return; // the hub is away: what stands here is as old as before
  }
  if (answer.redirected) return location.reload(); // to where one comes in
  if (!answer.ok) return;
  const html = await answer.text();
  if (held) {
    waiting = true;
    return;
  }
  const page = new DOMParser().parseFromString(html, "text/html");
  // Each look at a page names its presses anew; that alone is no reason to put anything in place.
  const press = document.querySelector("input[name=form]");
  for (const field of page.querySelectorAll("input[name=form]")) field.setAttribute("value", press.defaultValue);
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = page.querySelector(`[data-part="${part.dataset.part}"]`);
    const open = part.matches("select") && part === document.activeElement;
    if (now && !open && !part.isEqualNode(now)) swap(part, now);
  }
  for (const field of document.querySelectorAll("[data-fresh]")) refresh(field, page.getElementById(field.id));
}

// What stands in a field as a proposal stays a proposal of now; what somebody typed stays.
function refresh(field, now) {
  if (!now || now.defaultValue === field.defaultValue || field === document.activeElement) return;
  if (field.value === field.defaultValue) field.value = now.defaultValue;
  field.defaultValue = now.defaultValue;
}

function swap(part, now) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const at = focused ? [...part.querySelectorAll("a, button, input, select")].indexOf(focused) : -1;
  if (part.querySelector("a, button")) moved.set(part, Date.now());
  part.replaceChildren(...now.childNodes);
  if (at < 0) return;
  const places = part.querySelectorAll("a, button, input, select");
  const next = places[Math.min(at, places.length - 1)] ?? part.closest("section");
  if (!next.matches("a, button, input, select")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
}

document.addEventListener("pointerdown", (event) => (held = event.target.closest("[data-part]") !== null));
for (const end of ["pointerup", "pointercancel"]) {
  window.addEventListener(end, () => {
    setTimeout(() => {
      held = false;
      if (waiting) renew();
      waiting = false;
    });
  });
}
document.addEventListener("click", (event) => {
  const part = event.target.closest("[data-part]");
  const at = part && moved.get(part);
  if (at && event.detail > 0 && Date.now() - at < SETTLE_MS && event.target.closest("button, a")) event.preventDefault();
}, true);
