// A lane: parties as cards, as many as there is room for; behind "+12" are the others.

import { element, mark, order, write } from "./element.js";
import { drawing, sign } from "./shapes.js";

export const WAITING = "waiting";
export const CALLED = "called";
export const INSIDE = "inside";

/** How many of `rows` each lane gets: one each, and then whoever has least and needs more, the last of them first. */
export function dealt(rows, needs) {
  const given = needs.map(() => 1);
  for (let left = rows - given.length; left > 0; left -= 1) {
    const short = given.map((count, at) => (count < needs[at] ? count : Infinity));
    const least = Math.min(...short);
    if (least === Infinity) break;
    given[short.lastIndexOf(least)] += 1;
  }
  return given;
}

/** The columns and rows that the first of a queue is drawn on: the more, the better all the others find room. */
function largest(columns, rows, count) {
  const sizes = [[2, 2], [2, 1], [1, 1]].filter(([wide, high]) => wide <= columns && high <= rows);
  const fits = ([wide, high]) => wide * high + count - 1 <= columns * rows;
  return sizes.find(fits) ?? sizes.find(([wide, high]) => wide < columns && high < rows) ?? [1, 1];
}

/** A party of the state, as a button. */
export class Card {
  #button = element("button", { type: "button", class: "card-face" });
  #picture = element("span", { class: "picture" });
  #name = element("span", { class: "word" });
  #number = element("b", { class: "number" });
  #face = element("span", { class: "face" }, this.#name, " ", this.#number);
  #said = element("span", { class: "hidden-words" });
  #bell = sign("call");
  #since = element("span", { class: "since" });
  #people = element("span", { class: "people" });
  #meta = element("span", { class: "meta" }, this.#said, this.#bell, this.#since, this.#people);
  #drawn = null;

  constructor(open) {
    this.#button.append(this.#picture, this.#face, this.#meta);
    this.node = element("li", { class: "card" }, this.#button);
    this.#button.addEventListener("click", () => open(this.party));
  }

  get key() {
    return this.party.key;
  }

  focus() {
    this.#button.focus({ preventScroll: true });
  }

  show(party, words) {
    this.party = party;
    mark(this.#button, "data-key", party.key);
    mark(this.node, "data-state", party.state);
    this.#draw(party, words);
    const named = party.number !== null && Object.hasOwn(words.plan.words, `picture.${party.picture}`);
    write(this.#name, named ? words.text(`picture.${party.picture}`) : party.face);
    write(this.#number, named ? String(party.number) : "");
    mark(this.node, "data-face", named ? "nickname" : party.ref ? "letters" : "nobody");
    write(this.#said, party.state === CALLED ? `${words.text("called")} ` : "");
    mark(this.#bell, "hidden", party.state === CALLED ? null : "");
    this.#count(party, words);
  }

  tick(now, words) {
    const { state, since_ms: sinceMs, estimated } = this.party;
    write(this.#since, state === WAITING ? "" : words.since(now - sinceMs, estimated));
  }

  #count({ people }, words) {
    const said = people === null ? "" : words.people(people);
    if (this.#people.dataset.said === said) return;
    this.#people.dataset.said = said;
    this.#people.replaceChildren(...(said ? [said] : []));
  }

  #draw(party, words) {
    if (this.#drawn === party.picture) return;
    this.#drawn = party.picture;
    this.#picture.replaceChildren(picture(party, words));
  }
}

/** What a party is known by; a person where the hub told of none. */
export function picture(party, words) {
  const shapes = words.plan.shapes;
  return party.picture && Object.hasOwn(shapes, party.picture) ? drawing(shapes[party.picture]) : sign("person");
}

/** `first`: the first of them is larger. `open(party)` and `all()` are called when a card, or "+12", is pressed. */
export class Lane {
  #list = element("ul", { class: "cards" });
  #none = element("p", { class: "none" });
  #more = element("button", { type: "button", class: "card-face more-face" });
  #moreItem = element("li", { class: "card more" }, this.#more);
  #cards = new Map();
  #parties = [];
  #open;
  #first;

  constructor({ open, all, first = false }) {
    this.#open = open;
    this.#first = first;
    this.node = element("div", { class: "lane" }, this.#none, this.#list);
    this.#more.dataset.key = "more";
    this.#more.addEventListener("click", () => all());
  }

  get parties() {
    return this.#parties;
  }

  show(parties, none, words) {
    this.#parties = parties;
    this.words = words;
    write(this.#none, none);
    mark(this.#none, "hidden", parties.length > 0 ? "" : null);
    mark(this.#list, "hidden", parties.length > 0 ? null : "");
  }

  /** How many rows it would take to show them all. */
  needs(columns) {
    const count = this.#parties.length;
    if (!this.#first || !count) return Math.max(1, Math.ceil(count / columns));
    return Math.max(2, Math.ceil((Math.min(columns, 2) * 2 + count - 1) / columns));
  }

  /** Show as many as there is room for on `rows` of `columns`; all where there are no rows named. */
  fit(columns, rows = Infinity) {
    const count = this.#parties.length;
    const [wide, high] = this.#first ? largest(columns, rows, count) : [1, 1];
    const room = columns * rows - wide * high + 1; // cards, where the first takes more than one cell
    const shown = this.#parties.slice(0, count <= room ? count : Math.max(0, room - 1));
    this.#draw(shown, count - shown.length);
    const large = this.#first && wide > 1 && shown.length > 0;
    mark(this.#list, "data-first", large ? `${wide}x${high}` : null);
  }

  tick(now) {
    for (const card of this.#cards.values()) card.tick(now, this.words);
  }

  find(key) {
    return key === "more" && this.#more.isConnected ? this.#more : this.#cards.get(key);
  }

  #draw(shown, left) {
    const before = this.#cards;
    this.#cards = new Map(shown.map((party) => [party.key, before.get(party.key) ?? new Card(this.#open)]));
    for (const party of shown) this.#cards.get(party.key).show(party, this.words);
    const nodes = [...this.#cards.values()].map((card) => card.node);
    if (left > 0) {
      write(this.#more, this.words.text("more", { count: left }));
      mark(this.#more, "title", this.words.text("more.title"));
      mark(this.#more, "aria-label", `${this.words.text("more", { count: left })}, ${this.words.text("more.title")}`);
      nodes.push(this.#moreItem);
    }
    order(this.#list, nodes);
  }
}
