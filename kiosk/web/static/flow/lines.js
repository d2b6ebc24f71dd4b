// The drawings: asked for when the hub says that they are others than those here.

import { say } from "./places.js";

const floor = document.getElementById("floor");
const SPACING_MS = 2000;
let drawn = floor.dataset.drawn;
let wanted = drawn;
let busy = false;

export async function follow(shown) {
  wanted = String(shown.drawn);
  if (busy || wanted === drawn) return;
  busy = true;
  const asked = wanted;
  try {
    const answer = await fetch(floor.dataset.lines, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      draw(await answer.json());
      drawn = asked;
    }
  } catch {
    // the hub is away; the page says so
  } finally {
    setTimeout(() => (busy = false), SPACING_MS);
  }
}

function draw(lines) {
  for (const place of document.querySelectorAll("[data-line]")) {
    const path = lines[place.dataset.line] ?? "";
    if (place.getAttribute("d") !== path) place.setAttribute("d", path);
  }
  for (const row of document.querySelectorAll("[data-figures]")) {
    const known = (lines[row.dataset.figures] ?? "").split(" ");
    row.querySelectorAll("td").forEach((cell, place) => say(cell, known[place] ?? ""));
  }
}
