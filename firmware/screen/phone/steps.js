// What a scan means here, and what "undo" takes back. Nothing but the log decides it. As firmware/steps.py.

import { ABSENT, ATELIER_KINDS, ENTER, STATUS_KINDS, STEPS } from "../wire/passage.js";

export const FORGET_MS = 90 * 60_000;

const KINDS = [...STEPS, ABSENT, ...ATELIER_KINDS];
const rank = (kind) => (STEPS.includes(kind) ? STEPS.indexOf(kind) : STEPS.length);

export class Steps {
  #atelier;
  #repeatMs;
  #live = new Map();
  #ofBadge = new Map();
  #unheard = null;

  constructor(atelier, repeatMs) {
    this.#atelier = atelier;
    this.#repeatMs = repeatMs;
  }

  /** Take in a log. `unheard`: its newest passage, where the beep was cut off. */
  replay(passages, unheard = null) {
    passages.forEach((passage) => this.note(passage));
    this.#unheard = unheard && this.#live.has(unheard.seq) ? unheard : null;
  }

  /** `passage` is in the log now. */
  note(passage) {
    if (passage.of !== null) {
      this.#takeBack(passage.of);
    } else if (passage.atelier === this.#atelier && KINDS.includes(passage.kind)) {
      this.#unheard = null;
      this.#live.set(passage.seq, passage);
      if (passage.badge) this.#ofBadge.set(passage.badge, [...(this.#ofBadge.get(passage.badge) ?? []), passage]);
    }
  }

  /** What a scan of `badge` means at this moment: {kind, repeat}. */
  of(badge, cycle, { boot, boot_ms }, called = false) {
    if (called) return { kind: ENTER, repeat: false };
    const last = this.#ofBadge.get(badge)?.at(-1);
    if (!last) return { kind: cycle[0], repeat: false };
    const beyond = cycle.filter((kind) => rank(kind) > rank(last.kind));
    const soon = this.#soon(last, boot, boot_ms);
    if (cycle.includes(last.kind) && (soon || this.#unheard?.badge === badge)) return { kind: last.kind, repeat: true };
    if (last.kind === ENTER && soon && !beyond.length) return { kind: ENTER, repeat: true };
    if (!beyond.length || (last.boot === boot && boot_ms - last.boot_ms > FORGET_MS)) {
      return { kind: cycle[0], repeat: false };
    }
    return { kind: beyond[0], repeat: false };
  }

  /** The newest press or scan that was not taken back, newest passage first. */
  newest() {
    const live = [...this.#live.values()].reverse();
    if (!live.length) return [];
    const other = live.findIndex(({ boot, boot_ms }) => boot !== live[0].boot || boot_ms !== live[0].boot_ms);
    const found = other < 0 ? live : live.slice(0, other);
    const scan = found[0];
    if (found.length > 1 || !scan.badge) return found;
    for (const earlier of this.#ofBadge.get(scan.badge).slice(0, -1).reverse()) {
      const { boot, boot_ms } = found.at(-1);
      if (earlier.kind !== scan.kind || !this.#soon(earlier, boot, boot_ms)) break;
      found.push(earlier);
    }
    return found;
  }

  /** The newest pause, close or resume that was not taken back, before number `seq`. */
  status(seq) {
    const known = [...this.#live.values()].filter((each) => each.seq < seq && STATUS_KINDS.includes(each.kind));
    return known.at(-1) ?? null;
  }

  #takeBack(seq) {
    const mistaken = this.#live.get(seq);
    this.#live.delete(seq);
    if (mistaken?.badge) {
      this.#ofBadge.set(mistaken.badge, this.#ofBadge.get(mistaken.badge).filter((each) => each !== mistaken));
    }
  }

  #soon(passage, boot, bootMs) {
    const ageMs = bootMs - passage.boot_ms;
    return passage.boot === boot && ageMs >= 0 && ageMs < this.#repeatMs;
  }
}
