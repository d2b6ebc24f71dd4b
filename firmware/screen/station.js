// The animator's screen, wherever it is served from: by the station itself, or by the hub.

import { Link, post } from "./link.js";
import { View } from "./view.js";

const view = new View(document.getElementById("station"), {
  press: (act, details) => post("act", { act, ...details }),
});
new Link({
  plan: (plan) => view.plan(plan),
  state: (state) => view.show(state),
  age: (age) => view.age(age),
}).start();
