// A passage: one fact logged at a station, chained to the one before by its digest. As firmware/wire/passage.py.

import { sha256 } from "./hash.js";
import { VERSION, encoded } from "./schema.js";

export const ARRIVE = "arrive";
export const CALL = "call";
export const ENTER = "enter";
export const LEAVE = "leave";
export const ABSENT = "absent";
export const UNDO = "undo";
export const PAUSE = "pause";
export const RESUME = "resume";
export const CLOSE = "close";
export const SHIFT = "shift";

export const STEPS = [ARRIVE, CALL, ENTER, LEAVE];
export const STATUS_KINDS = [PAUSE, RESUME, CLOSE];
export const ATELIER_KINDS = [...STATUS_KINDS, SHIFT];

export const MOST_SHIFT = 12 * 60;
export const CHAIN_START = "0".repeat(64);

/** The fields of a passage as they travel and are hashed; `by` only where there is one. */
export function made({ station, epoch, seq, atelier, kind, badge, boot, boot_ms, wall_ms, prev, of, by }) {
  const fields = {
    v: VERSION, station, epoch, seq, atelier, kind, badge: badge ?? null, boot, boot_ms, wall_ms, prev, of: of ?? null,
  };
  return by === undefined || by === null ? fields : { ...fields, by };
}

/** SHA-256 over the canonical JSON, as 64 hexadecimal digits. */
export const digest = (passage) => sha256(encoded(passage));
