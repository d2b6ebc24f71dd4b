// What the hub has told this station: its plan, the faces of badges, who is at the booth, the waits, announcements.
// As firmware/memory.py; what was told is kept in the browser's store, beside the log.

import { NO_HUB } from "../wire/batch.js";
import { fromJson } from "../wire/plan.js";
import { StoreFull } from "./store.js";

const SPACING_MS = 5000; // between two writings of what may change with every receipt

export const NOTHING_TOLD = {
  hub: NO_HUB, epoch: "", held: 0, now_ms: 0, plan: null, digest: "", cards: [], standings: null, board: [],
  announcements: [],
};

/** What is known after `receipt`. Of a plan that is not here yet, no more than what everybody is told. */
export function after(told, receipt) {
  const here = {
    ...told, hub: receipt.hub, cards: receipt.hub === told.hub ? told.cards : [], now_ms: receipt.now_ms,
    board: receipt.board, announcements: receipt.announcements,
  };
  if (receipt.plan && receipt.plan !== here.digest) return here;
  if (receipt.cards.length && receipt.cards_from <= here.cards.length) {
    here.cards = [...here.cards.slice(0, receipt.cards_from), ...receipt.cards];
  }
  if (receipt.standings !== null) {
    Object.assign(here, { epoch: receipt.epoch, held: receipt.held, standings: receipt.standings });
  }
  return here;
}

/** What is known with this plan. At another atelier stand others, and of each party others take part. */
export function planned(told, plan, digest) {
  const moved = told.plan === null || told.plan.atelier !== plan.atelier;
  return { ...told, plan, digest, ...(moved ? { cards: [], standings: null } : {}) };
}

/** Keeps what was told, under the name of its owner. A store that is full keeps nothing new: it is known while we live. */
export class Memory {
  #store;
  #owner;
  #writtenMs = -Infinity;
  #announced = "[]"; // as it was written last

  constructor(store, owner) {
    this.#store = store;
    this.#owner = owner;
    this.told = NOTHING_TOLD;
  }

  static async open(store, owner) {
    const memory = new Memory(store, owner);
    const found = await Promise.all(["plan", "cards", "told"].map((name) => store.get(name)));
    const [plan, cards, told] = found.map((each) => (each?.owner === owner ? each : null));
    if (plan) {
      const at = (each) => each?.atelier === plan.plan.atelier;
      Object.assign(memory, {
        told: {
          ...NOTHING_TOLD,
          plan: fromJson(plan.plan),
          digest: plan.digest,
          ...(told
            ? { hub: told.hub, now_ms: told.now_ms, board: told.board, announcements: told.announcements ?? [] }
            : {}),
          ...(at(told) ? { epoch: told.epoch, held: told.held, standings: told.standings } : {}),
          ...(at(cards) && cards.hub === told?.hub ? { cards: cards.cards } : {}),
        },
      });
    }
    return memory;
  }

  /** Remember `told`; `nowMs` only spaces the writings. */
  async keep(told, nowMs) {
    const before = this.told;
    this.told = told;
    const { hub, plan, digest } = told;
    const here = { owner: this.#owner, atelier: plan?.atelier ?? "", hub };
    const meta = {};
    if (digest !== before.digest) meta.plan = { owner: this.#owner, plan, digest };
    if (told.cards !== before.cards || digest !== before.digest) meta.cards = { ...here, cards: told.cards };
    const announced = JSON.stringify(told.announcements) !== this.#announced;
    if (announced || nowMs - this.#writtenMs >= SPACING_MS || Object.keys(meta).length) {
      const { epoch, held, now_ms, standings, board, announcements } = told;
      meta.told = { ...here, epoch, held, now_ms, standings, board, announcements };
      this.#writtenMs = nowMs;
      this.#announced = JSON.stringify(announcements);
    }
    if (!Object.keys(meta).length) return;
    try {
      await this.#store.write({ meta }, { strict: false });
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error;
    }
  }
}
