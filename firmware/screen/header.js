// The top of the page: which atelier this is, whether it takes anybody, and how the station is.

import { element, mark, write } from "./element.js";
import { drawing, sign } from "./shapes.js";

const MINUTE_MS = 60_000;

/** What is to be known of the station, the worst first: {tone, sign, words, more}. */
export function notices(state, words) {
  const found = [];
  if (state.trouble) found.push({ tone: "bad", sign: "trouble", words: state.trouble, more: "" });
  for (const { name, present } of state.scanners) {
    if (!present) {
      const more = [name, words.text("scanner.more")].filter(Boolean).join(" · ");
      found.push({ tone: "bad", sign: "scanner", words: words.text("scanner.absent"), more });
    }
  }
  if (!state.hub) {
    found.push({ tone: "warn", sign: "away", words: words.text("link.away"), more: words.text("link.away.more") });
  }
  if (state.backlog > 0) {
    found.push({ tone: "warn", sign: "backlog", words: words.text("link.backlog", { count: state.backlog }), more: "" });
  }
  if (state.clock_estimated) {
    const said = words.text("clock.estimated");
    found.push({ tone: "warn", sign: "clock", words: said, more: words.text("clock.more") });
  }
  if (!found.length) found.push({ tone: "good", sign: "done", words: words.text("link.ok"), more: "" });
  return found;
}

/** As a line with its sign. */
export function noticed({ tone, sign: name, words }) {
  return element("span", { class: "notice", "data-tone": tone }, sign(name), element("span", {}, words));
}

/** `open()` is called when the state of the station is pressed. */
export class Header {
  #tile = element("span", { class: "tile" });
  #name = element("h1");
  #status = element("strong", { class: "status" });
  #session = element("span", { class: "session" });
  #room = element("span", { class: "room" });
  #condition = element("button", { type: "button", class: "condition" });
  #said = "";

  constructor({ open }) {
    this.node = element(
      "header",
      { class: "top" },
      this.#tile,
      element("div", { class: "title" }, this.#name, element("p", {}, this.#status, this.#session, this.#room)),
      this.#condition,
    );
    this.#condition.addEventListener("click", () => open());
  }

  plan(plan) {
    const shape = Object.hasOwn(plan.shapes, plan.icon) ? drawing(plan.shapes[plan.icon]) : sign("person");
    this.#tile.replaceChildren(shape);
    write(this.#name, plan.name);
    mark(this.#name, "title", plan.name);
    write(this.#room, plan.room);
  }

  show(state, words) {
    const { status } = state;
    mark(this.node, "data-status", status);
    const said = status === "open" ? "" : words.text(`status.${status}`);
    if (this.#status.textContent !== said) {
      this.#status.replaceChildren(...(said ? [sign(status === "paused" ? "pause" : "close"), said] : []));
    }
    const found = notices(state, words);
    const key = JSON.stringify(found);
    if (key === this.#said) return;
    this.#said = key;
    this.#condition.replaceChildren(...found.map(noticed));
    mark(this.#condition, "data-more", found.length > 1);
    mark(this.#condition, "data-tone", found[0].tone);
    mark(this.#condition, "title", words.text("condition"));
  }

  tick(now, state, words) {
    const text = session(now, state, words);
    write(this.#session, text);
    mark(this.node, "data-session", text !== "");
  }
}

/** The next session in words; empty at an atelier that has none. */
export function session(now, state, words) {
  if (words.plan.kind !== "session") return "";
  if (state.next_session_ms === null) return words.text("session.none");
  const until = state.next_session_ms - now;
  const when = until > 0 ? words.text("session.in", { minutes: Math.ceil(until / MINUTE_MS) }) : words.text("session.on");
  return `${words.text("session", { clock: words.clock(state.next_session_ms) })} · ${when}`;
}
