// The letters of a badge, typed without a round trip. Without this module each key sends the form.

const form = document.querySelector(".back");
const typed = form.elements.namedItem("typed");
const places = [...form.querySelectorAll(".typed span")];
const keys = [...form.querySelectorAll(".key")];
const rub = form.querySelector("[value=rub]");
const wrong = form.querySelector(".wrong");
const letters = new Set(keys.map((key) => key.value));
let sent = false;

function show() {
  for (const [at, place] of places.entries()) place.textContent = typed.value[at] ?? "·";
  rub.disabled = typed.value === "";
}

function press(key) {
  if (sent) return;
  wrong.replaceChildren();
  if (key === "rub") typed.value = typed.value.slice(0, -1);
  else if (typed.value.length < places.length) typed.value += key;
  show();
  if (typed.value.length === places.length && key !== "rub") {
    sent = true;
    form.submit();
  }
}

form.addEventListener("submit", (event) => {
  const key = event.submitter?.value;
  if (key === "rub" || letters.has(key)) {
    event.preventDefault();
    press(key);
  }
});
document.addEventListener("keydown", (event) => {
  const key = event.key.toUpperCase();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (letters.has(key)) press(key);
  else if (event.key === "Backspace") press("rub");
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
show();
