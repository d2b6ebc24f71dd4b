// A batch: consecutive passages of one log on their way to the hub, or none of them. As firmware/wire/batch.py.

import { VERSION, encoded } from "./schema.js";

export const PATH = "/api/passages";
export const MOST_PASSAGES = 200;
export const MOST_BYTES = 256 * 1024;
export const NO_HUB = "0".repeat(16);

/** The body of a batch; what is unknown of the health is null there, and is left out. */
export function body({ health, cards, ...fields }) {
  const known = Object.entries(health).filter(([, value]) => value !== null && value !== "");
  return encoded({ v: VERSION, ...fields, health: Object.fromEntries(known), ...(cards ? { cards } : {}) });
}
