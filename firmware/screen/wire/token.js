// The badge: 16 letters, the last 8 of them a seal under the event's key. As firmware/wire/token.py.

import { hmac, sha256 } from "./hash.js";
import { bytes } from "./schema.js";

export const ALPHABET = "BCDFGHJKLNPRSTVX";
export const LENGTH = 16;

const VERSION = 1;
const BODY = 8;
const LETTERS = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

export class BadBadge extends Error {}
export class ForeignBadge extends BadBadge {}

/** Whether this is a badge by its letters. */
export const isBadge = (text) => typeof text === "string" && LETTERS.test(text);

/** The badge in what was read or typed: spaces, hyphens and small letters are forgiven. Throws BadBadge. */
export function parse(text) {
  const badge = text.replace(/[ \-\t\r\n]/g, "").toUpperCase();
  if (!isBadge(badge)) throw new BadBadge(`a badge has ${LENGTH} letters of ${ALPHABET}`);
  if (badge[0] !== ALPHABET[VERSION]) throw new BadBadge(`badge version ${ALPHABET.indexOf(badge[0])} is not known here`);
  return badge;
}

/** The badge in `text`, known to be of the event whose key this is. Throws BadBadge, ForeignBadge. */
export async function verify(eventKey, text) {
  const badge = parse(text);
  const digest = await hmac(eventKey, `ronde badge ${badge.slice(0, BODY)}`);
  const seal = Array.from(digest.slice(0, 4), (byte) => ALPHABET[byte >> 4] + ALPHABET[byte & 15]).join("");
  if (badge.slice(BODY) !== seal) throw new ForeignBadge("this badge is not of this event");
  return badge;
}

/** What a page names a party by: a badge's letters are nobody's business. As `ref` of firmware/wire/screen.py. */
export const ref = async (badge) => (await sha256(bytes(`ronde ref ${badge}`))).slice(0, 12);
