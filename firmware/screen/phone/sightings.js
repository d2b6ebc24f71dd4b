// What a camera sees many times a second is one scan for as long as it stays in view. Pure: time is an argument.

const GONE_MS = 2500; // out of view for so long, and it is shown anew

export class Sightings {
  #seen = new Map();

  /** The texts that have come into view at `nowMs`, of those that are in it. */
  fresh(texts, nowMs) {
    for (const [text, lastMs] of this.#seen) if (nowMs - lastMs > GONE_MS) this.#seen.delete(text);
    const found = [...new Set(texts)].filter((text) => !this.#seen.has(text));
    texts.forEach((text) => this.#seen.set(text, nowMs));
    return found;
  }
}
