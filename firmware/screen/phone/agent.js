// The station that a phone is: what happens, in which order, when a badge is seen or a button is pressed.
//
// A scan is checked here, kept in the browser's own store, signalled, and only then sent on its way: the beep means
// "kept". One thing after the other; the way to the hub leaves word, and waits for its turn like all others.

import { LEAVE, ENTER } from "../wire/passage.js";
import { said as words } from "../wire/plan.js";
import { Malformed } from "../wire/schema.js";
import { NOTHING, REFUSED, REPEAT, face, said, state } from "../wire/screen.js";
import { ref } from "../wire/token.js";
import { Attendance } from "./attendance.js";
import { ATELIER_CLOSED, Counter, FOREIGN, NOTHING_TO_UNDO, NOT_A_BADGE, STORE_FAILED, STORE_FULL } from "./counter.js";
import { Guide } from "./guide.js";
import { HubTime } from "./hubtime.js";
import { Outbox } from "./outbox.js";
import { signalOf } from "./sound.js";
import { Memory } from "./told.js";
import { Uplink } from "./uplink.js";

const MOST_TOLD = 4;
const MOST_UNADVISED = 16;
const SAID = {
  [FOREIGN]: "refused.foreign", [NOT_A_BADGE]: "refused.unreadable", [NOTHING_TO_UNDO]: "refused.nothing",
  [ATELIER_CLOSED]: "status.closed",
};
const OWN = { [STORE_FULL]: "full", [STORE_FAILED]: "failed" }; // which the plan has no words for

/**
 * `enrolment`: {station, atelier, steps, owner, keys: {up, down}, event}. `signal(name)` sounds one of the signals.
 * `onChange()` is called when there is something else to be seen; `onEnd(reason)` when this log must be begun anew.
 * `phrase(key, names)` has the words that no plan brings.
 */
export class Agent {
  #parts;
  #outbox;
  #memory;
  #time;
  #attendance;
  #counter;
  #uplink;
  #guide = new Guide();
  #turn = Promise.resolve();
  #refs = new Map();
  #cards = new Map();
  #said = null;
  #directed = [];
  #unadvised = [];
  #met = false;
  #fault = null;

  constructor(parts) {
    this.#parts = parts;
  }

  static async open(parts) {
    const agent = new Agent(parts);
    await agent.#open();
    return agent;
  }

  get plan() {
    return this.#memory.told.plan;
  }

  get backlog() {
    return this.#outbox.backlog;
  }

  get damage() {
    return this.#outbox.damage;
  }

  start() {
    this.#uplink.run().catch((error) => this.#parts.onEnd(error));
  }

  stop() {
    this.#uplink.stop();
  }

  /** The network may be back. */
  retry() {
    this.#uplink.retry();
  }

  /** What a badge comes to that was read or typed: {ok, said} or {ok: false, error} in words. */
  scan(text) {
    return this.#inTurn(async () => this.#settle(await this.#counter.scan(text)));
  }

  /** What a press comes to: {act, ref, by, badge} as pages post it. */
  press(act, details = {}) {
    if (act === "scan") return this.scan(details.badge ?? "");
    return this.#inTurn(async () => {
      const { ref: whose, by = null } = details;
      const badge = whose === undefined ? null : this.#badge(whose);
      if (whose !== undefined && !badge) return this.#settle({ tone: NOTHING, passages: [], reason: "" });
      try {
        return await this.#settle(await this.#counter.act(act, { badge, by }));
      } catch (error) {
        if (error instanceof Malformed) return { ok: false, error: error.message };
        throw error;
      }
    });
  }

  /** All that the page draws, or null before a plan is known. */
  state(more) {
    const here = this.#attendance.booth();
    if (!here) return null;
    const now = this.#time.now();
    const trouble = this.#fault && this.#fault.kind !== "away" ? this.#parts.phrase(`hub.${this.#fault.kind}`) : "";
    return state(this.plan, this.#memory.told.digest, here, this.#cards, this.#refs, {
      status: this.#counter.status,
      now_ms: now.at_ms,
      said: this.#said,
      told: this.#directed,
      hub: this.#met && !this.#fault,
      backlog: this.#outbox.backlog,
      trouble: [trouble, ...more.troubles].filter(Boolean).join(" "),
      can_undo: this.#counter.canUndo,
      clock_estimated: now.error_ms === null,
      scanners: more.scanners,
      announcements: this.#memory.told.announcements,
    });
  }

  async #open() {
    const { store, clock, enrolment, health } = this.#parts;
    const owner = `${enrolment.station} ${enrolment.owner}`;
    this.#outbox = await Outbox.open(store, enrolment.station, enrolment.owner);
    this.#memory = await Memory.open(store, owner);
    const { told } = this.#memory;
    this.#time = new HubTime(clock, this.#outbox, told.now_ms);
    this.#attendance = new Attendance(this.#outbox, this.#time, told);
    this.#counter = new Counter({
      outbox: this.#outbox, clock, time: this.#time, attendance: this.#attendance, eventKey: enrolment.event,
      atelier: enrolment.atelier, steps: enrolment.steps, told,
    });
    this.#guide.take(told.board, told.now_ms);
    await this.#learn();
    this.#uplink = new Uplink({
      outbox: this.#outbox, memory: this.#memory, time: this.#time, clock, keys: enrolment.keys, health,
      onContact: (contact) => this.#inTurn(() => this.#take(contact)),
    });
  }

  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.then(() => {}, (error) => this.#parts.onEnd(error));
    return done;
  }

  // What was scanned or pressed

  async #settle(outcome) {
    await this.#learn();
    this.#parts.signal(signalOf(outcome));
    const { plan } = this;
    const nowMs = this.#time.now().at_ms;
    if (outcome.passages.length) {
      this.#said = plan ? said(plan, this.#cards, outcome.passages, outcome.tone, nowMs) : null;
      await this.#outbox.markHeard(outcome.passages.at(-1).seq);
      this.#uplink.wake();
      if (outcome.tone !== REPEAT) {
        const ended = outcome.passages.filter((passage) => this.#ends(passage.kind));
        this.#unadvised = [...this.#unadvised, ...ended].slice(-MOST_UNADVISED);
      }
      if (this.#fault) this.#guess();
    } else {
      this.#said = plan ? { words: this.#why(outcome), tone: outcome.tone, at_ms: nowMs } : null;
    }
    this.#parts.onChange();
    if (outcome.tone === REFUSED) return { ok: false, error: this.#said?.words ?? this.#parts.phrase("refused") };
    return { ok: true, said: this.#said };
  }

  #why({ tone, reason }) {
    if (Object.hasOwn(OWN, reason)) return this.#parts.phrase(OWN[reason]);
    return words(this.plan, tone === NOTHING ? "refused.nothing" : SAID[reason]);
  }

  #badge(wanted) {
    const here = this.#attendance.booth();
    return here?.standings.find((one) => this.#refs.get(one.badge) === wanted)?.badge ?? null;
  }

  /** Faces and names of all who are at the booth. */
  async #learn() {
    const { cards } = this.#memory.told;
    if (this.#cards.size !== cards.length || cards.at(-1) !== this.#cards.get(cards.at(-1)?.badge)) {
      this.#cards = new Map(cards.map((card) => [card.badge, card]));
    }
    const known = [...(this.#attendance.booth()?.standings ?? [])].map((one) => one.badge);
    for (const badge of known) if (!this.#refs.has(badge)) this.#refs.set(badge, await ref(badge));
  }

  // The hub

  async #take({ receipt, told, fault }) {
    if (this.#outbox.setAside) {
      this.#parts.onEnd(new Error(this.#outbox.setAside));
      return;
    }
    this.#fault = fault;
    this.#met ||= receipt !== null;
    this.#counter.take(told);
    await this.#learn();
    if (receipt) {
      this.#counter.hearStatus(receipt.status, receipt.held);
      this.#unadvised = this.#unadvised.filter((passage) => passage.seq > receipt.held);
      this.#guide.take(receipt.board, receipt.now_ms);
      for (const advice of receipt.advice) this.#direct(advice.words, false);
    } else {
      this.#guess();
    }
    this.#parts.onChange();
  }

  // Where to go next

  /** Whether a visit is over after it, or is begun here and seen to its end by nobody. */
  #ends(kind) {
    const seenOut = this.plan ? this.plan.sees_out : this.#counter.steps.at(-1) !== ENTER;
    return kind === LEAVE || (kind === ENTER && !seenOut);
  }

  #guess() {
    const { plan } = this;
    for (const { badge } of plan ? this.#unadvised : []) {
      const wait = this.#guide.guess(this.#counter.atelier, badge, this.#time.now().at_ms);
      if (wait) {
        const who = face(plan, this.#cards, badge);
        const { name, low_minutes: low, high_minutes: high } = wait;
        const within = this.#parts.phrase(`wait.${high === 0 ? "none" : low ? "range" : "under"}`, { low, high });
        this.#direct(this.#parts.phrase("guess", { who, name, wait: within }), true);
      }
    }
    this.#unadvised = [];
  }

  #direct(said, guess) {
    this.#directed = [...this.#directed, { words: said, guess, at_ms: this.#time.now().at_ms }].slice(-MOST_TOLD);
  }
}
