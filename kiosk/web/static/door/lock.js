// The kiosk stays the kiosk: nothing is selected, dragged, zoomed or opened beside it, and keys go from one control
// to the next, press it, or go back. What types, such as a scanner set as a keyboard, types nowhere: not even the
// Enter at its end presses anything.

const BURST_MS = 250; // longer than between two keys of what types, shorter than between two of a person
const ALLOWED = new Set(["Tab", "Enter", " ", "Escape", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"]);
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta"]);
const CONTROLS = "a[href], button:enabled, summary, input:enabled:not([type=hidden]), [tabindex='0']";
const QUARTER = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

let typedAt = -Infinity;

function refuse(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function key(event) {
  const burst = event.timeStamp - typedAt < BURST_MS;
  const combined = event.ctrlKey || event.altKey || event.metaKey;
  if (MODIFIERS.has(event.key)) return;
  if (combined || !ALLOWED.has(event.key) || (event.shiftKey && event.key !== "Tab")) {
    typedAt = event.timeStamp;
    refuse(event);
  } else if (burst || (event.repeat && (event.key === "Enter" || event.key === " "))) {
    if (burst) typedAt = event.timeStamp;
    refuse(event);
  } else if (event.type === "keydown" && event.key in QUARTER && !event.target.matches?.("[type=radio], [type=range]")) {
    if (move(QUARTER[event.key])) event.preventDefault();
  } else if (event.type === "keydown" && event.key === "Escape" && !document.querySelector(".overlay:not([hidden])")) {
    event.preventDefault();
    document.getElementById("rail-back")?.click();
  }
}

// The focus goes to the nearest control in this direction; whether there is one.
function move([right, down]) {
  const from = document.activeElement?.getBoundingClientRect();
  if (!from || document.activeElement === document.body) return false;
  let best = null;
  let least = Infinity;
  for (const control of document.querySelectorAll(CONTROLS)) {
    if (control === document.activeElement || control.closest("[inert]") || !control.checkVisibility({ visibilityProperty: true })) continue;
    const to = control.getBoundingClientRect();
    const [x, y] = [to.x + to.width / 2 - from.x - from.width / 2, to.y + to.height / 2 - from.y - from.height / 2];
    const along = x * right + y * down;
    const aside = Math.abs(x * down) + Math.abs(y * right);
    if (along <= 1 || aside > 2 * along) continue;
    if (along + 2 * aside < least) [best, least] = [control, along + 2 * aside];
  }
  best?.focus();
  return best !== null;
}

for (const kind of ["keydown", "keypress", "keyup"]) window.addEventListener(kind, key, true);
for (const kind of ["contextmenu", "selectstart", "dragstart", "drop", "auxclick", "copy", "cut", "paste", "gesturestart"]) {
  window.addEventListener(kind, (event) => event.preventDefault(), true);
}
window.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { capture: true, passive: false });
window.addEventListener("touchmove", (event) => event.touches.length > 1 && event.cancelable && event.preventDefault(), { capture: true, passive: false });
window.addEventListener("mousedown", (event) => event.detail > 1 && event.preventDefault(), true); // a word, by two clicks
