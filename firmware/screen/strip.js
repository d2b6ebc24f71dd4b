// What was done last, in words, and where to send who has left. In the place of both: that a press came to nothing.

import { element, mark, write } from "./element.js";
import { sign } from "./shapes.js";

const NEW_MS = 60_000; // what was said longer ago is shown without its colour
const TOLD_MS = 5 * 60_000; // where somebody was sent longer ago is of no use

/** `open()` is called when it is pressed: all of it is there to be read. */
export class Strip {
  #sign = element("span", { class: "tone" });
  #tone = element("b", { class: "hidden-words" });
  #words = element("span", { class: "said" });
  #told = element("span", { class: "told" });
  #button;
  #retry = element("button", { type: "button", class: "button first retry", hidden: "" });
  #live = element("p", { class: "hidden-words", role: "status" });
  #state = null;
  #note = null; // what this page itself has to say of the last press: {words, tone, at_ms, retry}
  #shown = "";
  #announced = "";

  constructor({ open }) {
    this.#button = element(
      "button",
      { type: "button", class: "last" },
      this.#sign,
      element("span", { class: "lines" }, element("span", {}, this.#tone, this.#words), this.#told),
    );
    this.node = element("section", { class: "strip" }, this.#button, this.#retry, this.#live);
    this.#button.addEventListener("click", () => open());
    this.#retry.addEventListener("click", () => this.#note?.retry?.());
  }

  plan(words) {
    this.words = words;
    write(this.#retry, words.text("button.retry"));
    mark(this.node, "aria-label", words.text("last"));
    mark(this.#button, "title", words.text("last"));
  }

  /** The last press failed, for this reason. Stays until something newer is said. */
  failed(words, now, retry) {
    this.#note = { words, tone: "refused", at_ms: now, retry, after: this.#state?.said?.at_ms };
    this.#draw();
  }

  /** What the answer to a press says; the state says it too, a moment later. */
  answered(said) {
    this.#note = said ? { ...said, after: this.#state?.said?.at_ms } : null;
    this.#draw();
  }

  show(state) {
    this.#state = state;
    if (this.#note && state.said && state.said.at_ms !== this.#note.after) this.#note = null;
    this.#draw();
  }

  tick(now) {
    const at = this.said?.at_ms;
    mark(this.node, "data-old", at === undefined || now - at > NEW_MS);
    const told = this.advice[0];
    mark(this.#told, "hidden", told && now - told.at_ms < TOLD_MS ? null : "");
  }

  get said() {
    return this.#note ?? this.#state?.said ?? null;
  }

  /** The newest first. */
  get advice() {
    return [...(this.#state?.told ?? [])].reverse().sort((one, other) => other.at_ms - one.at_ms);
  }

  #draw() {
    const [said, told] = [this.said, this.advice[0]];
    const key = JSON.stringify([said?.words, said?.tone, said?.at_ms, told]);
    const retry = Boolean(this.#note?.retry);
    mark(this.node, "data-failed", retry);
    if (this.#retry.hidden === retry) this.#retry.hidden = !retry;
    if (key === this.#shown) return;
    this.#shown = key;
    mark(this.node, "data-tone", said ? said.tone : "none");
    this.#sign.replaceChildren(sign(said ? said.tone : "nothing"));
    write(this.#tone, said ? `${this.words.text(`tone.${said.tone}`)}. ` : "");
    write(this.#words, said ? said.words : this.words.text("last.none"));
    this.#told.replaceChildren(...(told ? advised(told, this.words) : []));
    this.#announce(said, told);
  }

  /** Aloud, where a page is read: the same words said twice are new each time. */
  #announce(said, told) {
    const aloud = said ? `${this.words.text(`tone.${said.tone}`)}. ${said.words}` : "";
    const key = JSON.stringify([said?.at_ms, aloud, told?.words]);
    if (key === this.#announced) return;
    this.#announced = key;
    const told_ = told ? ` ${told.words}${told.guess ? `, ${this.words.text("guess")}` : ""}` : "";
    this.#live.replaceChildren(element("span", {}, aloud + told_));
  }
}

/** Advice as it stands on a line; a guess is marked as one. */
export function advised({ words: advice, guess }, words) {
  const line = [element("span", { class: "advice" }, advice)];
  return guess ? [...line, element("i", { class: "guess" }, words.text("guess"))] : line;
}
