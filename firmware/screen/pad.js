// Sixteen letters by hand, when a code is torn: a pad of the sixteen there are, or the keyboard.

import { element, mark, write } from "./element.js";
import { Panel } from "./panels.js";
import { sign } from "./shapes.js";

export const LETTERS = "BCDFGHJKLNPRSTVX";
export const LENGTH = 16;
const GROUP = 4;

/** `send(badge)` answers {ok, error}, where `error` says in words why the letters were refused. */
export class Pad extends Panel {
  #typed = "";
  #cells = Array.from({ length: LENGTH }, () => element("span"));
  #letters = element("div", { class: "typed", "aria-hidden": "true" }, ...this.#cells);
  #left = element("p", { class: "hidden-words", role: "status" });
  #wrong = element("p", { class: "wrong", role: "alert" });
  #keys = element("div", { class: "keys" });
  #rub = element("button", { type: "button", class: "button rub" }, sign("rub"), element("span"));
  #go = element("button", { type: "button", class: "button first send" }, sign("done"), element("span"));
  #sending = false;
  #send;

  constructor(send) {
    super("pad");
    this.#send = send;
    for (const letter of LETTERS) {
      const key = element("button", { type: "button", class: "key" }, letter);
      key.addEventListener("click", () => this.#add(letter));
      this.#keys.append(key);
    }
    this.content.append(this.#letters, this.#left, this.#keys, this.#wrong);
    this.foot.append(this.#rub, this.#go);
    this.#rub.addEventListener("click", () => this.#rubOut());
    this.#go.addEventListener("click", () => this.#finish());
    this.node.addEventListener("keydown", (event) => this.#key(event));
  }

  plan(words) {
    super.plan(words);
    this.titled(words.text("pad.title"));
    write(this.#rub.lastElementChild, words.text("button.rub"));
    write(this.#go.lastElementChild, words.text("button.send"));
  }

  open() {
    this.#typed = "";
    write(this.#wrong, "");
    this.#draw();
    super.open();
    this.#keys.firstElementChild.focus();
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const letter = event.key.length === 1 ? event.key.toUpperCase() : "";
    if (letter && LETTERS.includes(letter)) {
      event.preventDefault();
      this.#add(letter);
    } else if (event.key === "Backspace") {
      event.preventDefault();
      this.#rubOut();
    } else if (event.key === "Enter" && this.#typed.length === LENGTH && !this.foot.contains(event.target)) {
      event.preventDefault();
      this.#finish();
    }
  }

  #add(letter) {
    if (this.#typed.length === LENGTH || this.#sending) return;
    this.#typed += letter;
    write(this.#wrong, "");
    this.#draw();
    if (this.#typed.length === LENGTH) this.#go.focus();
  }

  #rubOut() {
    if (this.#sending) return;
    this.#typed = this.#typed.slice(0, -1);
    write(this.#wrong, "");
    this.#draw();
  }

  async #finish() {
    if (this.#typed.length < LENGTH || this.#sending) return;
    this.#sending = true;
    this.#draw();
    const answer = await this.#send(this.#typed);
    this.#sending = false;
    if (answer.ok) this.close();
    else write(this.#wrong, answer.error || this.words.text("failed"));
    this.#draw();
  }

  #draw() {
    this.#cells.forEach((cell, at) => {
      write(cell, this.#typed[at] ?? "·");
      mark(cell, "data-typed", at < this.#typed.length);
    });
    const grouped = this.#typed.match(new RegExp(`.{1,${GROUP}}`, "g"))?.join(" ") ?? "";
    const left = this.words.text("pad.left", { count: LENGTH - this.#typed.length });
    write(this.#left, `${[...grouped].join(" ")} ${left}`.trim());
    mark(this.#rub, "aria-disabled", this.#typed ? null : "true");
    mark(this.#go, "aria-disabled", this.#typed.length === LENGTH && !this.#sending ? null : "true");
    mark(this.#go, "aria-busy", this.#sending ? "true" : null);
  }
}
