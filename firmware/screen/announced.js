// What is announced to everybody: the newest of it above what is done here, all of it in a panel. Words are text, never
// markup. They stay until their end by this device's own clocks, also while no news comes.

import { element, mark, write } from "./element.js";
import { Panel } from "./panels.js";
import { sign } from "./shapes.js";
import { directionOf, tagOf } from "./words.js";

/** Those of `announcements` that are not over at `now`, the newest first. */
export function standing(announcements, now) {
  return (announcements ?? []).filter((one) => now < one.until_ms).reverse();
}

/** What is said in one language, as an element `name`: each in its own direction. */
export function spoken(name, [language, said], attributes = {}) {
  return element(name, { lang: tagOf(language), dir: directionOf(language), ...attributes }, said);
}

/** `open()` is called when it is pressed: all of it is there to be read. */
export class Announced {
  #clock = element("small");
  #more = element("b", { class: "more-said" });
  #said = element("span", { class: "lines" });
  #button = element(
    "button",
    { type: "button", class: "announced", hidden: "" },
    sign("announced"),
    this.#said,
    element("span", { class: "when" }, this.#clock, this.#more),
  );
  #live = element("p", { class: "hidden-words", role: "status" });
  #shown = "";
  #aloud = new Set();
  #words = null;

  constructor({ open }) {
    this.node = this.#button;
    this.live = this.#live;
    this.#button.addEventListener("click", () => open());
  }

  plan(words) {
    this.#words = words;
    mark(this.#button, "title", words.text("announcements"));
    this.#shown = "";
  }

  /** Whether what takes room is another than before. `found`: as `standing` gives them. */
  show(found) {
    const key = JSON.stringify(found);
    if (key === this.#shown) return false;
    this.#shown = key;
    const [newest] = found;
    const hid = this.#button.hidden;
    this.#button.hidden = !newest;
    if (newest) {
      this.#said.replaceChildren(...newest.words.map((pair) => spoken("span", pair)));
      write(this.#clock, this.#words.clock(newest.at_ms));
      write(this.#more, found.length > 1 ? `+${found.length - 1}` : "");
    } else if (hid) {
      return false;
    }
    this.#announce(found);
    return true;
  }

  /** Aloud, where a page is read: each once, when the reader has time. */
  #announce(found) {
    const keys = found.map((one) => JSON.stringify(one));
    const fresh = found.filter((one, at) => !this.#aloud.has(keys[at]));
    this.#aloud = new Set(keys);
    if (fresh.length) this.#live.replaceChildren(...fresh.flatMap(({ words }) => words.map((pair) => spoken("span", pair))));
    else if (!found.length) this.#live.replaceChildren();
  }
}

/** Everything that is announced now, in all languages that came. */
export class AnnouncedPanel extends Panel {
  #shown = "";

  constructor() {
    super("all-announced");
    mark(this.content, "tabindex", 0); // it may have to be scrolled, and has nothing to press
  }

  plan(words) {
    super.plan(words);
    this.titled(words.text("announcements"));
    this.#shown = "";
  }

  show(found) {
    if (!this.isOpen) return;
    if (!found.length) {
      this.close();
      return;
    }
    const key = JSON.stringify(found);
    if (key === this.#shown) return;
    this.#shown = key;
    this.content.replaceChildren(element("ul", { class: "announcements" }, ...found.map((one) => this.#entry(one))));
  }

  #entry({ at_ms: atMs, until_ms: untilMs, words: said }) {
    const until = this.words.text("announced.until", { clock: this.words.clock(untilMs) });
    const when = element("small", {}, `${this.words.clock(atMs)} · ${until}`);
    return element("li", {}, ...said.map((pair) => spoken("p", pair)), when);
  }
}
