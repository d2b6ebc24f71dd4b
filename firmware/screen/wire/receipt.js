// A receipt: the hub's signed answer to a batch, given after its commit. As firmware/wire/receipt.py.

import * as announcement from "./announcement.js";
import * as booth from "./booth.js";
import * as card from "./card.js";
import { HEX, IDENTIFIER, Malformed, WORD, integer, mapping, read, text, versioned } from "./schema.js";
import { isBadge } from "./token.js";

export const OPEN = "open";
export const PAUSED = "paused";
export const CLOSED = "closed";

const LINE = /^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,160}$/u;
const PLACE = /^(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?)?$/;

/** The receipt in the body of an answer; `standings` is null where the hub does not say. Throws Malformed. */
export function decode(data) {
  const fields = versioned(read(data), "receipt");
  const cards = readable(fields, "cards", card.MOST, card.fromJson);
  const whole = Array.isArray(fields.cards) && cards.length === fields.cards.length;
  const placed = whole && Number.isSafeInteger(fields.cards_from) && fields.cards_from >= 0;
  const here = fields.booth !== null && typeof fields.booth === "object" && !Array.isArray(fields.booth);
  return {
    hub: text(fields, "hub", HEX),
    station: text(fields, "station", IDENTIFIER),
    epoch: text(fields, "epoch", HEX),
    nonce: text(fields, "nonce", HEX),
    held: integer(fields, "held", 0),
    now_ms: integer(fields, "now_ms", 0),
    status: text(fields, "status", /^(?:open|paused|closed)$/),
    advice: readable(fields, "advice", 16, advice),
    board: readable(fields, "board", 64, wait),
    plan: typeof fields.plan === "string" && HEX.test(fields.plan) ? fields.plan : "",
    cards_from: placed ? fields.cards_from : 0,
    cards: placed ? cards : [],
    standings: here ? readable(fields.booth, "standings", booth.MOST, booth.standing) : null,
    announcements: readable(fields, "announcements", announcement.MOST, announcement.fromJson),
  };
}

function advice(value) {
  const fields = mapping(value, "entry");
  if (!isBadge(fields.badge)) throw new Malformed("badge: a badge is expected");
  return {
    badge: fields.badge,
    verb: text(fields, "verb", WORD),
    atelier: text(fields, "atelier", PLACE),
    words: text(fields, "words", LINE),
  };
}

function wait(value) {
  const fields = mapping(value, "entry");
  const low_minutes = integer(fields, "low_minutes", 0);
  return {
    atelier: text(fields, "atelier", IDENTIFIER),
    name: text(fields, "name", LINE),
    low_minutes,
    high_minutes: integer(fields, "high_minutes", low_minutes),
  };
}

/** What can be read of a list that says nothing about passages: for its sake no receipt is refused. */
function readable(fields, name, most, read) {
  const found = [];
  for (const entry of Array.isArray(fields[name]) ? fields[name].slice(0, most) : []) {
    try {
      found.push(read(entry));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
  }
  return found;
}
