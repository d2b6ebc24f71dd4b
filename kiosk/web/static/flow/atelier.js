// One atelier: its numbers as they change, and who is there.

import "./acts.js";
import * as lines from "./lines.js";
import { watch } from "./live.js";
import { renew } from "./parts.js";
import { fill } from "./places.js";

const AGAIN_MS = 5000;

for (const more of document.querySelectorAll(".more")) {
  more.addEventListener("click", () => more.setAttribute("aria-expanded", String(more.getAttribute("aria-expanded") !== "true")));
}
watch((frame) => {
  const focused = document.activeElement;
  fill(frame.shown);
  if (focused?.closest(".ways-across") && focused.getClientRects().length === 0) {
    [...focused.form.elements].find((each) => each.getClientRects().length > 0)?.focus();
  }
  lines.follow(frame.shown);
});
setInterval(() => document.hidden || renew(), AGAIN_MS);
