// The organisers' page: the numbers as they change, and what to do now.

import "./acts.js";
import * as lines from "./lines.js";
import { fill } from "./places.js";
import { renew } from "./parts.js";
import "./sift.js";
import * as tasks from "./tasks.js";
import { watch } from "./live.js";

const stationsOf = (keys) => keys.filter((key) => key.startsWith("station.")).sort().join(" ");
let stations = stationsOf([...document.querySelectorAll("[data-state]")].map((place) => place.dataset.state));

watch((frame) => {
  fill(frame.shown);
  tasks.show(frame.shown);
  lines.follow(frame.shown);
  const now = stationsOf(Object.keys(frame.shown.states));
  if (now !== stations) {
    stations = now; // one has come or gone
    renew();
  }
});
