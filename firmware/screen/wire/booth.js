// The booth: who waits, who is called and who is inside, and what a button there comes to.
//
// As firmware/wire/booth.py, move by move: a test plays thousands of cases on both and compares.

import { ABSENT, ARRIVE, CALL, CLOSE, ENTER, LEAVE, MOST_SHIFT, PAUSE, RESUME, SHIFT } from "./passage.js";
import { BATCH, CONTINUOUS, SESSION } from "./plan.js";
import { Malformed, integer, mapping } from "./schema.js";
import { isBadge } from "./token.js";

export const WAITING = "waiting";
export const CALLED = "called";
export const INSIDE = "inside";

export const [NEXT, START, DONE] = ["next", "start", "done"];
export const ACTS = [NEXT, START, DONE, PAUSE, RESUME, CLOSE, SHIFT, CALL, ENTER, LEAVE, ABSENT];

export const MOST = 128;
export const FORGET_MS = 4 * 3_600_000;

const [TWICE_MS, AGAIN_MS] = [3_000, 10_000];
const [OVERDUE_TURNS, OVERDUE_MS] = [3, 30 * 60_000];
const STATE_AFTER = { [ARRIVE]: WAITING, [CALL]: CALLED, [ENTER]: INSIDE };
const MINUTE_MS = 60_000;

/** A standing from its JSON: {badge, state, since_ms, key_ms, takers, estimated}. Throws Malformed. */
export function standing(value) {
  const fields = mapping(value, "standing");
  if (![WAITING, CALLED, INSIDE].includes(fields.state)) throw new Malformed("state: waiting, called or inside");
  if (!isBadge(fields.badge)) throw new Malformed("badge: a badge is expected");
  return {
    badge: fields.badge,
    state: fields.state,
    since_ms: integer(fields, "since_ms", 0),
    key_ms: integer(fields, "key_ms", 0),
    takers: integer(fields, "takers", 0, 1000),
    estimated: fields.estimated === true,
  };
}

/** Never changed: each step gives another. `standings`: each badge once, in the order of the queue. */
export class Booth {
  constructor(plan, standings = []) {
    this.plan = plan;
    this.standings = [...standings].sort((one, other) => one.key_ms - other.key_ms || letters(one.badge, other.badge));
  }

  get waiting() {
    return this.#in(WAITING);
  }

  get called() {
    return this.#in(CALLED);
  }

  /** The one who has been inside longest first. */
  get inside() {
    return this.#in(INSIDE).sort(
      (one, other) => one.since_ms - other.since_ms || one.key_ms - other.key_ms || letters(one.badge, other.badge),
    );
  }

  /** Places that are not free: who is called has one. Never more than there are. */
  get taken() {
    const wanted = [...this.called, ...this.inside].reduce((sum, one) => sum + this.#places(one), 0);
    return Math.min(this.plan.places, wanted);
  }

  get free() {
    return this.plan.places - this.taken;
  }

  of(badge) {
    return this.standings.find((one) => one.badge === badge) ?? null;
  }

  /** The booth after this step of this party. */
  moved(kind, badge, atMs, takers, estimated = false) {
    const before = this.of(badge);
    const others = this.standings.filter((one) => one.badge !== badge);
    const state = Object.hasOwn(STATE_AFTER, kind) ? STATE_AFTER[kind] : null;
    if (state === null) return kind === LEAVE || kind === ABSENT ? new Booth(this.plan, others) : this;
    if (before && (before.state === state || (kind === CALL && before.state === INSIDE))) return this;
    if (before && kind === ARRIVE && before.state === CALLED) return this;
    const keyMs = before && before.state !== INSIDE ? before.key_ms : atMs;
    return new Booth(this.plan, [...others, { badge, state, since_ms: atMs, key_ms: keyMs, takers, estimated }]);
  }

  /** The booth as time alone leaves it. */
  settled(nowMs) {
    const left = this.standings.filter((one) => nowMs < this.#untilMs(one));
    return left.length === this.standings.length ? this : new Booth(this.plan, left);
  }

  /** Those waiting who may come in now, in the order of the queue; the Python says by which rule. */
  fitting() {
    const found = [];
    let free = this.free;
    for (const one of this.waiting) {
      if (free <= 0) break;
      const wants = this.plan.kind === CONTINUOUS ? 1 : this.#places(one);
      if (wants <= free) {
        free -= this.#places(one);
        found.push(one);
      } else if (this.plan.kind !== BATCH && this.plan.kind !== SESSION) {
        break;
      }
    }
    return found;
  }

  /** The booth once nobody is inside. */
  emptied() {
    return new Booth(this.plan, this.standings.filter((one) => one.state !== INSIDE));
  }

  #untilMs(one) {
    if (one.state !== INSIDE) return one.since_ms + FORGET_MS;
    const turnMs = this.plan.minutes * MINUTE_MS;
    return one.since_ms + (this.plan.sees_out ? Math.max(OVERDUE_TURNS * turnMs, OVERDUE_MS) : turnMs);
  }

  #in(state) {
    return this.standings.filter((one) => one.state === state);
  }

  #places(one) {
    return Math.max(1, Math.min(one.takers, this.plan.places));
  }
}

/** What a press of `act` comes to: moves {kind, badge, by}. Throws Malformed. */
export function moves(booth, act, nowMs, { badge = null, by = null } = {}) {
  const here = booth.settled(nowMs);
  switch (act) {
    case NEXT:
      return [...here.called.filter((one) => !just(nowMs, TWICE_MS)(one)).map(as(ENTER)), ...here.fitting().map(as(CALL))];
    case START:
      return starting(here, nowMs);
    case DONE:
      return ending(here);
    case PAUSE:
    case RESUME:
    case CLOSE:
      return [{ kind: act, badge: null, by: null }];
    case SHIFT:
      if (!Number.isSafeInteger(by) || by === 0 || Math.abs(by) > MOST_SHIFT) {
        throw new Malformed(`by: minutes from -${MOST_SHIFT} to ${MOST_SHIFT} are expected`);
      }
      return [{ kind: SHIFT, badge: null, by }];
    case CALL:
    case ENTER:
    case LEAVE:
    case ABSENT:
      if (!badge) throw new Malformed(`${act}: whose?`);
      return ofOne(here.of(badge), act);
    default:
      throw new Malformed(`act: one of ${ACTS.join(", ")} is expected`);
  }
}

/** The booth after these passages of one log, each {passage, at_ms, estimated}. `takers`: a Map by badge. */
export function replayed(booth, dated, takers, atelier) {
  const undone = new Set(dated.map(({ passage }) => passage.of).filter((of) => of !== null));
  return dated.reduce((here, { passage, at_ms, estimated }) => {
    if (!passage.badge || passage.atelier !== atelier || undone.has(passage.seq)) return here;
    return here.settled(at_ms).moved(passage.kind, passage.badge, at_ms, takers.get(passage.badge) ?? 1, estimated);
  }, booth);
}

const as = (kind) => (one) => ({ kind, badge: one.badge, by: null });

const letters = (one, other) => (one < other ? -1 : Number(one > other));

const just = (nowMs, withinMs) => (one) => nowMs - one.since_ms >= 0 && nowMs - one.since_ms < withinMs;

function starting(here, nowMs) {
  if (here.inside.some(just(nowMs, AGAIN_MS))) return [];
  if (!here.waiting.length && !here.called.length) return [];
  const emptied = here.emptied();
  return [...here.inside.map(as(LEAVE)), ...emptied.called.map(as(ENTER)), ...emptied.fitting().map(as(ENTER))];
}

function ending(here) {
  const together = here.plan.kind === BATCH || here.plan.kind === SESSION;
  if (here.inside.length) return (together ? here.inside : here.inside.slice(0, 1)).map(as(LEAVE));
  const called = together ? here.called : here.called.slice(0, 1);
  return [...called.map(as(ENTER)), ...called.map(as(LEAVE))];
}

function ofOne(one, act) {
  if (one === null) return [];
  if (act === CALL) return one.state === WAITING ? [as(CALL)(one)] : [];
  if (act === LEAVE) return [as(LEAVE)(one)];
  return one.state === INSIDE ? [] : [as(act)(one)];
}
