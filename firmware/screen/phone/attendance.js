// Who is at the booth, as this phone knows it: what the hub told, and what its own log has since.
// As firmware/attendance.py.

import { Booth, replayed } from "../wire/booth.js";

export class Attendance {
  #outbox;
  #time;
  #told;
  #takers;
  #known = null;
  #estimated = true;

  constructor(outbox, time, told) {
    this.#outbox = outbox;
    this.#time = time;
    this.take(told);
  }

  take(told) {
    const basis = ["digest", "cards", "standings", "epoch", "held"];
    if (!this.#told || basis.some((name) => told[name] !== this.#told[name])) {
      this.#known = null;
      this.#takers = new Map(told.cards.map((card) => [card.badge, card.takers]));
    }
    this.#told = told;
  }

  /** These are in the log now. */
  note(passages) {
    if (this.#known && passages.some((passage) => passage.of !== null)) {
      this.#known = null;
    } else if (this.#known) {
      this.#known = this.#after(this.#known, passages);
    }
  }

  /** As of now; null where no plan is known. */
  booth() {
    if (!this.#told.plan) return null;
    const now = this.#time.now();
    const estimated = now.error_ms === null;
    if (!this.#known || this.#estimated !== estimated) {
      this.#known = this.#lookedUp();
      this.#estimated = estimated;
    }
    this.#known = this.#known.settled(now.at_ms);
    return this.#known;
  }

  #lookedUp() {
    const { plan, standings, epoch } = this.#told;
    if (standings === null) return this.#after(new Booth(plan), this.#outbox.read(1));
    const held = epoch === this.#outbox.epoch ? this.#told.held : 0;
    const passages = this.#outbox.read(held + 1);
    const taken = passages.filter((passage) => passage.of !== null && passage.of <= held);
    const doubtful = new Set(taken.map((passage) => passage.badge));
    if (!doubtful.size) return this.#after(new Booth(plan, standings), passages);
    const own = this.#outbox.read(1).filter((one) => one.seq > held || doubtful.has(one.badge));
    return this.#after(new Booth(plan, standings.filter((one) => !doubtful.has(one.badge))), own);
  }

  #after(here, passages) {
    const dated = this.#time.dates(passages).map((moment, at) => ({
      passage: passages[at], at_ms: moment.at_ms, estimated: moment.error_ms === null,
    }));
    return replayed(here, dated, this.#takers, here.plan.atelier);
  }
}
