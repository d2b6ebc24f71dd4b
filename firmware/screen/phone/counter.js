// The counter: what is scanned or pressed becomes passages, kept before anything is answered. As firmware/counter.py.

import { CALLED, moves } from "../wire/booth.js";
import { CLOSE, PAUSE, RESUME, SHIFT, STATUS_KINDS, UNDO } from "../wire/passage.js";
import { CLOSED, OPEN, PAUSED } from "../wire/receipt.js";
import { KEPT, NOTHING, REFUSED, REPEAT, UNDONE } from "../wire/screen.js";
import { BadBadge, ForeignBadge, verify } from "../wire/token.js";
import { Steps } from "./steps.js";
import { StoreFailed, StoreFull } from "./store.js";

export const [FOREIGN, NOT_A_BADGE, STORE_FULL, STORE_FAILED, NOTHING_TO_UNDO, ATELIER_CLOSED] = [
  "foreign", "unreadable", "disk", "store", "nothing", "closed",
];

const STATUS = { [PAUSE]: PAUSED, [RESUME]: OPEN, [CLOSE]: CLOSED };
const REPEAT_MS = 10_000;
const CUT_OFF_MS = 60_000; // between two lives of the page: longer ago, nobody stands there waiting for the beep

/** Asked one thing at a time. Outcomes are {tone, passages, reason}. */
export class Counter {
  #outbox;
  #clock;
  #time;
  #attendance;
  #eventKey;
  #done;
  #statusSeq = 0;

  constructor({ outbox, clock, time, attendance, eventKey, atelier, steps, told }) {
    [this.#outbox, this.#clock, this.#time, this.#attendance] = [outbox, clock, time, attendance];
    this.#eventKey = eventKey;
    this.atelier = told.plan?.atelier ?? atelier;
    this.steps = told.plan?.steps.length ? told.plan.steps : steps;
    this.#replay();
  }

  get canUndo() {
    return this.#done.newest().length > 0;
  }

  /** Go by the hub's plan. Returns whether this is another atelier now; the log goes on. */
  take(told) {
    this.#attendance.take(told);
    if (!told.plan) return false;
    if (told.plan.steps.length) this.steps = told.plan.steps;
    if (told.plan.atelier === this.atelier) return false;
    this.atelier = told.plan.atelier;
    this.#replay();
    return true;
  }

  /** What the hub says of the atelier, where it has heard our own word by now. */
  hearStatus(status, held) {
    if (held >= this.#statusSeq) this.status = status;
  }

  /** The letters of a badge, read or typed. */
  async scan(text) {
    let badge;
    try {
      badge = await verify(this.#eventKey, text);
    } catch (error) {
      if (!(error instanceof BadBadge)) throw error;
      return refused(error instanceof ForeignBadge ? FOREIGN : NOT_A_BADGE);
    }
    const called = this.#attendance.booth()?.of(badge)?.state === CALLED;
    const step = this.#done.of(badge, this.steps, this.#clock.moment(), called);
    return this.#commit([{ kind: step.kind, badge }], step.repeat ? REPEAT : KEPT);
  }

  /** An act of the screen. Throws Malformed where it is none, or names no party where it must. */
  async act(act, { badge = null, by = null } = {}) {
    if (act === UNDO) return this.#undo();
    if (STATUS_KINDS.includes(act)) return this.#say(act);
    const here = this.#attendance.booth();
    const found = here ? moves(here, act, this.#time.now().at_ms, { badge, by }) : [];
    return found.length ? this.#commit(found, KEPT) : { tone: NOTHING, passages: [], reason: "" };
  }

  async #say(kind) {
    if (STATUS[kind] === this.status) return { tone: NOTHING, passages: [], reason: "" };
    if (kind === PAUSE && this.status === CLOSED) return refused(ATELIER_CLOSED);
    return this.#commit([{ kind }], KEPT);
  }

  async #undo() {
    const mistaken = this.#done.newest();
    if (!mistaken.length) return refused(NOTHING_TO_UNDO);
    return this.#commit(mistaken.map((passage) => this.#opposite(passage)), UNDONE);
  }

  #opposite(passage) {
    const of = passage.seq;
    if (passage.badge) return { kind: UNDO, badge: passage.badge, of };
    if (passage.kind === SHIFT) return { kind: SHIFT, of, by: -passage.by };
    const before = this.#done.status(of);
    return { kind: before ? before.kind : passage.kind === RESUME ? PAUSE : RESUME, of };
  }

  async #commit(entries, tone) {
    let made;
    try {
      made = await this.#outbox.commit(entries, this.atelier, this.#clock.moment());
    } catch (error) {
      if (error instanceof StoreFull) return refused(STORE_FULL);
      if (error instanceof StoreFailed) return refused(STORE_FAILED);
      throw error;
    }
    for (const passage of made) {
      this.#done.note(passage);
      this.#noteStatus(passage);
    }
    this.#attendance.note(made);
    return { tone, passages: made, reason: "" };
  }

  #replay() {
    const passages = this.#outbox.read(1);
    [this.status, this.#statusSeq] = [OPEN, 0];
    this.#done = new Steps(this.atelier, REPEAT_MS);
    this.#done.replay(passages, this.#outbox.unheard(this.#clock.moment().wall_ms, CUT_OFF_MS));
    passages.forEach((passage) => this.#noteStatus(passage));
  }

  #noteStatus(passage) {
    if (Object.hasOwn(STATUS, passage.kind) && passage.atelier === this.atelier) {
      this.status = STATUS[passage.kind];
      this.#statusSeq = passage.seq;
    }
  }
}

const refused = (reason) => ({ tone: REFUSED, passages: [], reason });
