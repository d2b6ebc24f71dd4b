// Where to send a family while the hub is out of reach: a guess, from the waits that it told last. As firmware/guide.py.

export const FRESH_MS = 20 * 60_000;
export const ADDED_MINUTES = 5;

/** Moments are of the hub's time. */
export class Guide {
  #board = [];
  #toldMs = -Infinity;
  #sent = new Map();

  /** What the hub said of the waits at that moment. */
  take(board, toldMs) {
    this.#board = board;
    this.#toldMs = toldMs;
    this.#sent.clear();
  }

  /** The least wait elsewhere than at `atelier`; null where nothing is known any more, or all was said already. */
  guess(atelier, badge, nowMs) {
    if (nowMs - this.#toldMs > FRESH_MS) return null;
    const before = this.#sent.get(badge) ?? [];
    const left = this.#board.filter((wait) => wait.atelier !== atelier && !before.includes(wait.atelier));
    if (!left.length) return null;
    const best = left.reduce((least, wait) => (this.#expected(wait) < this.#expected(least) ? wait : least));
    this.#sent.set(badge, [...before, best.atelier]);
    return best;
  }

  #expected(wait) {
    const sent = [...this.#sent.values()].filter((ateliers) => ateliers.includes(wait.atelier)).length;
    return wait.low_minutes + wait.high_minutes + 2 * ADDED_MINUTES * sent;
  }
}
