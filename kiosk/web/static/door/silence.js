// After a silence the screen goes back to the start, for the next family. It says so first, and waits.

const TAP_MS = 600;

const part = (id) => document.getElementById(id);
let heardAt = Date.now();
let before = null;

function shown() {
  return !part("silence").hidden;
}

function show(whether) {
  if (shown() === whether) return;
  part("silence").hidden = !whether;
  for (const id of ["rail", "stage"]) part(id).inert = whether;
  if (whether) {
    before = document.activeElement;
    part("silence-here").focus();
  } else {
    before?.focus({ preventScroll: true });
    before = null;
  }
}

function look() {
  const { afterS, countS } = part("silence").dataset;
  if (Number(afterS) === 0 || !part("waiting").hidden) {
    heardAt = Date.now();
    return;
  }
  const silentS = (Date.now() - heardAt) / 1000;
  const leftS = Math.ceil(Number(afterS) + Number(countS) - silentS);
  if (leftS <= 0) {
    heardAt = Date.now();
    part("end").requestSubmit();
  } else if (silentS >= Number(afterS)) {
    part("silence").querySelector(".silence-count").textContent = new Intl.NumberFormat(document.documentElement.lang).format(leftS);
    show(true);
  } else if (silentS * 1000 > TAP_MS) {
    show(false);
  }
}

// A tap that wakes it is not meant for what lies beneath: it goes only when the tap is over.
function wake(event) {
  heardAt = Date.now();
  if (!shown() || event.type === "pointerdown" || event.key === "Tab") return;
  event.preventDefault();
  event.stopPropagation();
  show(false);
}

for (const kind of ["pointerdown", "click", "keydown"]) document.addEventListener(kind, wake, true);
document.addEventListener("ronde:news", () => {
  heardAt = Date.now();
  show(false);
});
document.addEventListener("door:entered", () => {
  heardAt = Date.now();
  before = null;
});
setInterval(look, 250);
