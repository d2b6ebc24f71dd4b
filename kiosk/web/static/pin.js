// The digits of the PIN, typed without a round trip. Without this module each key of the pad sends the form.

const form = document.querySelector(".pin-form");
const typed = form.elements.namedItem("pin");
const told = form.querySelector("#told");
let sent = false;

function changed() {
  typed.value = typed.value.replace(/[^0-9]/g, "");
  if (typed.value !== "") told.replaceChildren();
  sendIfWhole();
}

function sendIfWhole() {
  if (typed.value.length === typed.maxLength && !sent) {
    sent = true;
    form.submit();
  }
}

function press(key) {
  if (sent) return;
  if (key === "rub") typed.value = typed.value.slice(0, -1);
  else if (typed.value.length < typed.maxLength) typed.value += key;
  changed();
}

form.addEventListener("submit", (event) => {
  if (event.submitter?.name === "key") {
    event.preventDefault();
    press(event.submitter.value);
  } else if (sent) {
    event.preventDefault();
  } else {
    sent = true;
  }
});
typed.addEventListener("input", changed);
document.addEventListener("keydown", (event) => {
  if (event.target === typed || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[0-9]$/.test(event.key)) press(event.key);
  else if (event.key === "Backspace") press("rub");
});
// Whoever is quick has typed it before this module came; what a browser puts back on a way back is not sent again.
if (performance.getEntriesByType("navigation")[0].type === "navigate") sendIfWhole();
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
