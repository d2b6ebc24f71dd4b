// Panels over the page: one party's acts, everybody in a lane, a question, how the station is, what was said last.

import { element, mark, order, write } from "./element.js";
import { noticed, notices } from "./header.js";
import { CALLED, INSIDE, Lane, WAITING, picture } from "./lane.js";
import { sign } from "./shapes.js";
import { advised } from "./strip.js";

/** A dialog with a title and a way back. */
export class Panel {
  #title = element("h2");
  #back = element("button", { type: "button", class: "button back" }, sign("back"), element("span"));
  content = element("div", { class: "content" });

  constructor(name) {
    this.node = element("dialog", { class: `panel ${name}` });
    this.#title.id = `${name.split(" ").at(-1)}-title`;
    mark(this.node, "aria-labelledby", this.#title.id);
    this.foot = element("div", { class: "foot" }, this.#back);
    this.node.append(this.#title, this.content, this.foot);
    this.#back.addEventListener("click", () => this.close());
    // A press beside the panel is a way back too.
    this.node.addEventListener("click", (event) => event.target === this.node && this.close());
  }

  plan(words) {
    this.words = words;
    write(this.#back.querySelector("span"), words.text("button.back"));
  }

  titled(words) {
    write(this.#title, words);
  }

  get isOpen() {
    return this.node.open;
  }

  open() {
    if (!this.node.open) this.node.showModal();
  }

  close() {
    this.node.close();
  }
}

function big(name, label, press, more = {}) {
  const made = element("button", { type: "button", class: "button choice", ...more }, sign(name), element("span", {}, label));
  made.addEventListener("click", press);
  return made;
}

const OFFERED = {
  [WAITING]: [["call", "call"], ["enter", "enter"], ["leave", "gave_up"]],
  [CALLED]: [["enter", "enter"], ["absent", "absent"], ["leave", "leave"]],
  [INSIDE]: [["leave", "leave"]],
};

/** One party: who it is, and what it does. */
export class PartyPanel extends Panel {
  #picture = element("span", { class: "picture" });
  #since = element("p");
  #counts = element("p", { class: "counts" });
  #acts = element("div", { class: "choices" });
  #offered = new Map();
  #press;
  #key = null;
  #party = null;

  constructor(press) {
    super("party");
    this.#press = press;
    this.content.append(
      element("div", { class: "who" }, this.#picture, element("div", {}, this.#since, this.#counts)),
      this.#acts,
    );
  }

  about(party, mayAct, now) {
    this.#key = party.key;
    this.#draw(party, mayAct, now);
    this.open();
  }

  show(parties, mayAct, now) {
    if (!this.isOpen) return;
    const party = parties.find((one) => one.key === this.#key);
    this.#draw(party, mayAct, now);
  }

  #draw(party, mayAct, now) {
    const words = this.words;
    this.#party = party ?? this.#party;
    this.titled(this.#party.face);
    const drawn = `${this.#party.picture}`;
    if (this.#picture.dataset.of !== drawn) {
      this.#picture.dataset.of = drawn;
      this.#picture.replaceChildren(picture(this.#party, words));
    }
    write(this.#since, party ? this.#stands(party, now) : words.text("card.gone"));
    const people = this.#party.people === null ? "" : `${words.people(this.#party.people)} · `;
    write(this.#counts, `${people}${words.text("card.takers", { count: this.#party.takers })}`);
    const acts = party && mayAct && party.ref ? OFFERED[party.state] : [];
    order(this.#acts, acts.map(([act, key], at) => this.#choice(act, key, at === 0)));
    if (this.node.open && !this.node.contains(document.activeElement)) this.foot.querySelector("button").focus();
  }

  #stands(party, now) {
    const since = this.words.since(now - party.since_ms, party.estimated);
    return this.words.text(`card.${party.state}`, { since });
  }

  #choice(act, key, first) {
    if (!this.#offered.has(key)) {
      this.#offered.set(key, big(act, "", () => {
        const { ref } = this.#party;
        this.close();
        this.#press(act, { ref });
      }));
    }
    const choice = this.#offered.get(key);
    write(choice.lastElementChild, this.words.text(`card.${key}`));
    choice.classList.toggle("first", first);
    return choice;
  }
}

/** Everybody in a lane. */
export class LanePanel extends Panel {
  #lane;

  constructor(name, open) {
    super(`everybody ${name}`);
    this.#lane = new Lane({
      open: (party) => {
        this.close();
        open(party);
      },
      all: () => {},
    });
    this.content.append(this.#lane.node);
  }

  show(title, parties, none, now) {
    if (!this.isOpen) return;
    const held = this.node.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    this.titled(`${title} · ${parties.length}`);
    this.#lane.show(parties, none, this.words);
    this.#lane.fit(1);
    this.#lane.tick(now);
    if (held && document.activeElement?.dataset.key !== held) (this.#lane.find(held) ?? this.foot.querySelector("button")).focus();
  }
}

/** Whether the queue is to be closed. */
export class ConfirmPanel extends Panel {
  #press;

  constructor(press) {
    super("confirm");
    this.#press = press;
    this.foot.hidden = true;
  }

  plan(words) {
    super.plan(words);
    this.titled(words.text("confirm.close"));
    const yes = () => {
      this.close();
      this.#press("close", {});
    };
    this.content.replaceChildren(
      element("p", {}, words.text("confirm.more")),
      element(
        "div",
        { class: "choices two" },
        big("close", words.text("confirm.yes"), yes),
        big("open", words.text("confirm.no"), () => this.close(), { autofocus: "" }),
      ),
    );
  }
}

/** How the station is, all of it. */
export class ConditionPanel extends Panel {
  #said = "";

  constructor() {
    super("state");
    mark(this.content, "tabindex", 0); // it may have to be scrolled, and has nothing to press
  }

  show(state, session) {
    if (!this.isOpen) return;
    const { words } = this;
    const { plan } = words;
    this.titled(plan.name);
    const present = state.scanners
      .filter((one) => one.present)
      .map(({ name }) => ({ tone: "good", sign: "scanner", words: words.text("scanner.present"), more: name }));
    const found = [...notices(state, words), ...present];
    const key = JSON.stringify([found, state.status, session]);
    if (key === this.#said) return;
    this.#said = key;
    const about = [plan.room, words.text(`status.${state.status}`), session].filter(Boolean).join(" · ");
    this.content.replaceChildren(
      element("p", { class: "about" }, about),
      element(
        "ul",
        { class: "notices" },
        ...found.map((one) => element("li", {}, noticed(one), element("small", {}, one.more))),
      ),
      element("p", { class: "about" }, `${plan.label} · ${plan.event_name}`),
    );
  }
}

/** What was said last, whole, and all advice. */
export class LastPanel extends Panel {
  #said = "";

  constructor() {
    super("lately");
    mark(this.content, "tabindex", 0);
  }

  plan(words) {
    super.plan(words);
    this.titled(words.text("last"));
  }

  show(said, advice) {
    if (!this.isOpen) return;
    const { words } = this;
    const key = JSON.stringify([said, advice]);
    if (key === this.#said) return;
    this.#said = key;
    const tone = said ? said.tone : "nothing";
    const clock = (atMs) => element("small", {}, words.clock(atMs));
    const last = [sign(tone), element("span", {}, said ? said.words : words.text("last.none")), ...(said ? [clock(said.at_ms)] : [])];
    this.content.replaceChildren(
      element("p", { class: "said-whole", "data-tone": tone }, ...last),
      ...(advice.length ? [element("h3", {}, words.text("advice"))] : []),
      element("ul", { class: "all-advice" }, ...advice.map((one) => element("li", {}, ...advised(one, words), clock(one.at_ms)))),
    );
  }
}
