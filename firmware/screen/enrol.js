// The page of a station that waits for its enrolment: what is typed here is posted to the station itself, which asks
// the hub. Once it is enrolled, this very address shows the station's screen.
"use strict";

const form = document.getElementById("enrol");
const said = document.getElementById("said");
const button = form.querySelector("button");
const LOOK_MS = 2000;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  said.textContent = "…";
  try {
    const answer = await fetch("enrol", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ hub: form.elements.hub.value, code: form.elements.code.value }),
    });
    const told = await answer.json();
    said.textContent = told.words || told.error || "";
  } catch {
    said.textContent = "La station n’a pas répondu. Réessayez.";
  } finally {
    button.disabled = false;
  }
});

// A scan enrols it as well: then this page is another one.
setInterval(async () => {
  if (button.disabled) return;
  try {
    const there = await fetch("enrol.html", { cache: "no-store" });
    const entrance = await fetch("./", { cache: "no-store" });
    if (entrance.ok && (await entrance.text()) !== (await there.text())) location.reload();
  } catch {
    // It starts anew: look again.
  }
}, LOOK_MS);
