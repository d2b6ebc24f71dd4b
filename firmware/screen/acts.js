// The buttons of the atelier: one or two large ones, and the small ones under them.

import { element, mark, order, write } from "./element.js";
import { sign } from "./shapes.js";

const SHIFT_MINUTES = 5;

/** A button that stays where it is while what it does, and says, may change. */
class Act {
  node = element("button", { type: "button" });
  #label = element("span", { class: "label" });
  #sign = "";

  constructor(kind, press) {
    this.node.className = `button ${kind}`;
    this.node.append(this.#label);
    this.node.addEventListener("click", () => {
      if (this.node.getAttribute("aria-disabled") !== "true") press(this.offer);
    });
  }

  /** `offer`: {act, by, sign, label, title}. */
  show(offer, { able, busy, first }) {
    this.offer = offer;
    mark(this.node, "data-act", offer.act);
    write(this.#label, offer.label);
    mark(this.node, "title", offer.title);
    mark(this.node, "aria-disabled", able && !busy ? null : "true");
    mark(this.node, "aria-busy", busy ? "true" : null);
    this.node.classList.toggle("first", first);
    if (this.#sign === offer.sign) return;
    this.#sign = offer.sign;
    this.node.querySelector("svg")?.remove();
    this.node.prepend(sign(offer.sign));
  }
}

/**
 * `press(act, details)` does what a button says; `confirm()` asks before the queue is closed; `type()` opens the pad.
 * `tools`: further small buttons, {act, sign, label, title, press}.
 */
export class Acts {
  #large = element("div", { class: "large" });
  #small = element("div", { class: "small-ones" });
  #why = element("p", { class: "why" });
  #login = element("a", { class: "button first" });
  #only = element("div", { class: "only", hidden: "" }, sign("eye"), this.#why, this.#login);
  #acts = new Map();
  #on;

  constructor({ press, confirm, type, tools = [] }) {
    this.#on = { press, confirm, type, tools };
    this.node = element("section", { class: "acts" }, this.#large, this.#small, this.#only);
  }

  show(state, words, { busy, lost }) {
    this.#readOnly(state, words);
    const draw = (offer, kind, first) => {
      const slot = `${kind}-${offer.slot ?? offer.act}`;
      if (!this.#acts.has(slot)) this.#acts.set(slot, new Act(kind, (pressed) => this.#press(pressed)));
      const act = this.#acts.get(slot);
      const able = !lost && (offer.act !== "undo" || state.can_undo);
      act.show(offer, { able, busy: busy(offer.act, offer.details), first });
      return act.node;
    };
    const acting = state.may_act;
    const large = acting ? large_(state, words) : [];
    const small = acting ? [...small_(state, words), ...this.#on.tools] : [];
    order(this.#large, large.map((offer) => draw(offer, "big", offer.first)));
    order(this.#small, small.map((offer) => draw(offer, "tool", offer.first ?? false)));
    mark(this.#small, "data-count", small.length);
    mark(this.node, "data-only", !acting);
  }

  focus() {
    (this.#large.querySelector("button") ?? this.#small.querySelector("button"))?.focus({ preventScroll: true });
  }

  #press(offer) {
    if (offer.press) offer.press();
    else if (offer.act === "close") this.#on.confirm();
    else if (offer.act === "type") this.#on.type();
    else this.#on.press(offer.act, offer.details ?? {});
  }

  #readOnly({ may_act: acting, login }, words) {
    mark(this.#only, "hidden", acting ? "" : null);
    const address = acting ? null : own(login);
    write(this.#why, `${words.text("readonly")}. ${address ? "" : words.text("readonly.more")}`.trim());
    write(this.#login, words.text("login"));
    mark(this.#login, "href", address);
    mark(this.#login, "hidden", address ? null : "");
  }
}

/** An address of this very server, or none. */
function own(address) {
  if (typeof address !== "string" || !address) return null;
  const found = URL.canParse(address, location.href) ? new URL(address, location.href) : null;
  return found && found.origin === location.origin ? found.href : null;
}

function offered(words, act, more = {}) {
  const key = more.key ?? act;
  const title = `${words.text(`title.${more.title ?? key}`)} (${words.text("title.keys")})`;
  return { act, sign: key, label: words.text(`button.${key}`), ...more, title };
}

/** What is likely to be pressed next is filled: while a table plays, that is Done. */
function large_({ buttons, inside, status }, words) {
  const together = buttons.includes("start");
  const likely = together && inside.length ? "done" : buttons[0];
  return buttons.map((act) =>
    offered(words, act, { first: act === likely && status !== "paused", title: act === "done" && together ? "done_all" : act }),
  );
}

function small_({ status }, words) {
  const offers = [offered(words, "undo")];
  if (words.plan.kind === "session") {
    const shift = (key, by) => offered(words, "shift", { key, slot: key, details: { by } });
    offers.unshift(shift("sooner", -SHIFT_MINUTES), shift("later", SHIFT_MINUTES));
  }
  if (status === "paused") offers.push(offered(words, "resume", { slot: "pause", first: true }));
  else if (status !== "closed") offers.push(offered(words, "pause"));
  if (status === "closed") offers.push(offered(words, "resume", { key: "open", slot: "close", first: true }));
  else offers.push(offered(words, "close"));
  return [...offers, offered(words, "type")];
}
