// A card: the face of a badge. As firmware/wire/card.py.

import { Malformed, integer } from "./schema.js";
import { isBadge } from "./token.js";

export const MOST = 100;

/** {badge, picture, number, people, takers}. Throws Malformed. */
export function fromJson(value) {
  if (!Array.isArray(value) || value.length !== 5 || !isBadge(value[0]) || !/^[a-z0-9-]{1,40}$/.test(value[1])) {
    throw new Malformed("card: badge, picture, number, people and takers are expected");
  }
  const [badge, picture, number, people, takers] = value;
  const fields = { number, people, takers };
  return {
    badge,
    picture,
    number: integer(fields, "number", 1),
    people: integer(fields, "people", 1, 1000),
    takers: integer(fields, "takers", 0, 1000),
  };
}
