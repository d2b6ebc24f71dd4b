// The two clocks of a phone: one that only counts while the page lives and the phone is awake, and the wall clock.

import { chance } from "../wire/hash.js";

const JUMP_MS = 2000; // between the two clocks: the phone slept, or somebody set the wall clock

/**
 * Moments {boot, boot_ms, wall_ms}. A boot is a stretch in which both clocks go on together: it begins with the page,
 * and anew after a sleep, during which the counter of many phones stands still.
 */
export class Clock {
  #counter;
  #wall;
  #newBoot;
  #boot;
  #zero;
  #apart;

  constructor({ counter = () => performance.now(), wall = () => Date.now(), newBoot = () => chance(16) } = {}) {
    this.#counter = counter;
    this.#wall = wall;
    this.#newBoot = newBoot;
    this.#begin(counter(), wall());
  }

  moment() {
    const [counted, wallMs] = [this.#counter(), Math.floor(this.#wall())];
    if (Math.abs(wallMs - counted - this.#apart) > JUMP_MS) this.#begin(counted, wallMs);
    this.#apart = wallMs - counted;
    return { boot: this.#boot, boot_ms: Math.floor(counted - this.#zero), wall_ms: wallMs };
  }

  #begin(counted, wallMs) {
    this.#boot = this.#newBoot();
    this.#zero = counted;
    this.#apart = wallMs - counted;
  }
}
