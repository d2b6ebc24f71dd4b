// The hub's time at this phone: heard at each exchange, kept as anchors, told of passages and of now.
// As firmware/hubtime.py.

import { MOST_IN_A_BATCH, date, hubTime } from "../wire/anchor.js";
import { StoreFull } from "./store.js";

const SLOW_MS = 2000;
const SLOW_TRIES = 3;
const SPACING_MS = 60_000;
const BELIEVED_MS = 3 * 24 * 3_600_000;
const DRIFT = 100e-6;

export class HubTime {
  #clock;
  #outbox;
  #toldMs;
  #fresh = null;
  #slow = 0;
  #knownMs = 0;
  #guess = null;

  /** `toldMs`: a moment of the hub's that has passed, 0 where none is known. */
  constructor(clock, outbox, toldMs) {
    this.#clock = clock;
    this.#outbox = outbox;
    this.#toldMs = toldMs;
    this.#guessed();
  }

  /** The newest anchor of this boot, or null. */
  get anchor() {
    const { boot } = this.#clock.moment();
    return [this.#fresh, this.#outbox.anchors(boot).at(-1)].find((each) => each?.boot === boot) ?? null;
  }

  /** Make an anchor of an exchange between two moments. Returns whether this boot has one at all. */
  async take(hubMs, began, ended) {
    if (began.boot !== ended.boot) return this.anchor !== null;
    const roundMs = ended.boot_ms - began.boot_ms;
    if (roundMs > SLOW_MS) {
      this.#slow += 1;
      if (this.anchor || this.#slow < SLOW_TRIES) return this.anchor !== null;
    }
    this.#fresh = {
      boot: ended.boot,
      boot_ms: Math.floor((began.boot_ms + ended.boot_ms) / 2),
      hub_ms: hubMs,
      error_ms: Math.floor((roundMs + 1) / 2),
    };
    const stored = this.#outbox.anchors(ended.boot).at(-1);
    if (!stored || this.#fresh.boot_ms - stored.boot_ms >= SPACING_MS) {
      try {
        await this.#outbox.keepAnchor(this.#fresh);
      } catch (error) {
        if (!(error instanceof StoreFull)) throw error;
      }
    }
    return true;
  }

  /** Those that date these boots, the first and the last of each before all others. */
  anchors(boots) {
    const share = Math.floor(MOST_IN_A_BATCH / boots.length);
    return boots.flatMap((boot) => {
      const own = this.#of(boot);
      if (own.length <= share) return own;
      return Array.from({ length: share }, (_, at) => own[Math.round((at * (own.length - 1)) / (share - 1))]);
    });
  }

  /** What time it is at the hub: {at_ms, error_ms}, where null is an estimate. */
  now() {
    const { boot, boot_ms } = this.#clock.moment();
    const newest = this.anchor;
    if (newest) {
      const ageMs = Math.max(0, boot_ms - newest.boot_ms);
      return { at_ms: boot_ms + newest.hub_ms - newest.boot_ms, error_ms: newest.error_ms + Math.round(ageMs * DRIFT) };
    }
    const guess = this.#guessed();
    return { at_ms: boot_ms + guess.hub_ms - guess.boot_ms, error_ms: null };
  }

  /** The moments of consecutive passages of this log. */
  dates(passages) {
    if (!passages.length) return [];
    const guess = this.anchor ? null : this.#guessed();
    const boots = [...new Set(passages.map((passage) => passage.boot))];
    const anchors = boots.flatMap((boot) => this.#of(boot));
    if (guess) anchors.push(guess);
    const dated = anchors.some((each) => each.boot === passages[0].boot);
    const moments = date(passages, anchors, dated ? null : this.#knownMs, this.now().at_ms);
    const unsure = (at) => guess !== null && passages[at].boot === guess.boot;
    return moments.map((moment, at) => (unsure(at) ? { ...moment, error_ms: null } : moment));
  }

  /** What time it seems to be, once for all of a boot: a wall clock that steps would make those who wait disappear. */
  #guessed() {
    const { boot, boot_ms, wall_ms } = this.#clock.moment();
    if (this.#guess?.boot !== boot) {
      const known = Math.max(this.#toldMs, this.#lastKnown());
      const believed = !known || (known <= wall_ms && wall_ms <= known + BELIEVED_MS);
      this.#knownMs = known;
      this.#guess = { boot, boot_ms, hub_ms: believed ? Math.max(0, wall_ms) : known + boot_ms, error_ms: 0 };
    }
    return this.#guess;
  }

  /** The newest moment of the log that a hub vouches for; 0 where there is none. */
  #lastKnown() {
    const passages = this.#outbox.read(1);
    const at = passages.findLastIndex((passage) => this.#of(passage.boot).length);
    return at < 0 ? 0 : hubTime(passages[at].boot, passages[at].boot_ms, this.#of(passages[at].boot)).at_ms;
  }

  #of(boot) {
    const own = this.#outbox.anchors(boot);
    const fresh = this.#fresh;
    return fresh && fresh.boot === boot && !own.some((each) => each.boot_ms === fresh.boot_ms) ? [...own, fresh] : own;
  }
}
