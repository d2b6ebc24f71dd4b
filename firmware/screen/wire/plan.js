// The plan: what a station must know of its atelier, and the words and pictures of its screen. As firmware/wire/plan.py.

import { sha256 } from "./hash.js";
import * as passage from "./passage.js";
import { IDENTIFIER, Malformed, encoded, integer, listing, mapping, text, versioned } from "./schema.js";

export const CONTINUOUS = "continuous";
export const TABLE = "table";
export const BATCH = "batch";
export const SESSION = "session";

const KINDS = [CONTINUOUS, TABLE, BATCH, SESSION];
const NAME = /^[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,120}$/u;
const ICON = /^[a-z0-9-]{1,60}$/;
const LANGUAGE = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/;
const BOX = /^[0-9. -]{1,60}$/;
const PATH = /^[A-Za-z0-9., -]{1,20000}$/;

/** A plan as its JSON, checked and with nothing besides. Throws Malformed. */
export function fromJson(value) {
  const fields = versioned(value, "plan");
  return {
    v: fields.v,
    station: text(fields, "station", IDENTIFIER),
    label: text(fields, "label", NAME),
    event: text(fields, "event", IDENTIFIER),
    event_name: text(fields, "event_name", NAME),
    language: text(fields, "language", LANGUAGE),
    atelier: text(fields, "atelier", IDENTIFIER),
    name: text(fields, "name", NAME),
    icon: text(fields, "icon", ICON),
    room: text(fields, "room", NAME),
    kind: oneOf(fields.kind, "kind", KINDS),
    places: integer(fields, "places", 1, 1000),
    minutes: integer(fields, "minutes", 1, 24 * 60),
    steps: listing(fields, "steps", passage.STEPS.length).map((step) => oneOf(step, "steps", passage.STEPS)),
    buttons: fields.buttons === true,
    queues: fields.queues === true,
    sees_out: fields.sees_out === true,
    times_ms: listing(fields, "times_ms", 100).map((times_ms) => integer({ times_ms }, "times_ms", 0)),
    utc_offset_minutes: integer(fields, "utc_offset_minutes", -24 * 60, 24 * 60),
    words: words(mapping(fields.words, "words")),
    shapes: shapes(mapping(fields.shapes, "shapes")),
  };
}

/** 16 hexadecimal digits over the canonical JSON of a plan made by `fromJson`. */
export const digest = async (plan) => (await sha256(encoded(plan))).slice(0, 16);

/** The words of `key`, with names filled in; the key itself where the hub sent none. */
export function said(plan, key, names = {}) {
  return Object.entries(names).reduce(
    (sentence, [name, value]) => sentence.replaceAll(`{${name}}`, () => String(value)),
    Object.hasOwn(plan.words, key) ? plan.words[key] : key,
  );
}

function oneOf(value, name, choices) {
  if (!choices.includes(value)) throw new Malformed(`${name}: one of ${choices.join(", ")} is expected`);
  return value;
}

function words(fields) {
  const known = Object.entries(fields);
  if (known.length > 500) throw new Malformed("words: at most 500 are expected");
  for (const [key, value] of known) {
    if (!/^[a-z0-9_.-]{1,60}$/.test(key) || typeof value !== "string" || [...value].length > 400) {
      throw new Malformed("words: text by key is expected");
    }
  }
  return fields;
}

function shapes(fields) {
  const known = Object.entries(fields);
  if (known.length > 200) throw new Malformed("shapes: at most 200 are expected");
  for (const [name, value] of known) {
    const [box, paths] = Array.isArray(value) && value.length === 2 ? value : [];
    const drawn = typeof box === "string" && BOX.test(box) && Array.isArray(paths) && paths.length <= 8;
    if (!ICON.test(name) || !drawn || !paths.every((path) => typeof path === "string" && PATH.test(path))) {
      throw new Malformed("shapes: a view box and paths are expected");
    }
  }
  return fields;
}
