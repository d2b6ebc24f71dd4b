// JSON between the phone and the hub: one spelling to hash, and fields that are checked. As firmware/wire/schema.py.

export const VERSION = 1;
export const BIGGEST_INTEGER = Number.MAX_SAFE_INTEGER;

export const IDENTIFIER = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
export const WORD = /^[a-z]{1,16}$/;
export const HEX = /^[0-9a-f]{8,64}$/;

export class Malformed extends Error {}

const SHORT = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b" };

/** The one spelling of a JSON value that is hashed: keys sorted by code point, no spaces, ASCII. Numbers are whole. */
export function canonical(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Malformed(`${value} is not a whole number that all keep exact`);
    return String(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") throw new Malformed(`${typeof value} is not JSON`);
  const names = Object.keys(value).sort(byCodePoint);
  return `{${names.map((name) => `${quoted(name)}:${canonical(value[name])}`).join(",")}}`;
}

function quoted(text) {
  const spelled = text.replace(/["\\]|[^ -~]/g, (unit) => {
    return SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${spelled}"`;
}

function byCodePoint(one, other) {
  const left = Array.from(one, (each) => each.codePointAt(0));
  const right = Array.from(other, (each) => each.codePointAt(0));
  const at = left.findIndex((code, index) => code !== right[index]);
  if (at < 0) return left.length - right.length;
  return at < right.length ? left[at] - right[at] : 1;
}

/** The canonical spelling as bytes. */
export const encoded = (value) => bytes(canonical(value));

export const bytes = (text) => new TextEncoder().encode(text);

/** The JSON value in these bytes. Throws Malformed. */
export function read(data) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data));
  } catch (error) {
    throw new Malformed(`not JSON: ${error.message}`);
  }
}

export function versioned(value, what) {
  const fields = mapping(value, what);
  if (integer(fields, "v", 0) !== VERSION) throw new Malformed(`${what}: version ${fields.v} is not known here`);
  return fields;
}

export function mapping(value, what) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Malformed(`${what}: an object is expected`);
  }
  return value;
}

export function integer(fields, name, least = -BIGGEST_INTEGER, most = BIGGEST_INTEGER) {
  const value = fields[name];
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new Malformed(`${name}: an integer from ${least} to ${most} is expected`);
  }
  return value;
}

export function text(fields, name, pattern) {
  const value = fields[name];
  if (typeof value !== "string" || !pattern.test(value)) {
    throw new Malformed(`${name}: text like ${pattern.source} is expected`);
  }
  return value;
}

export function listing(fields, name, most) {
  const value = fields[name];
  if (!Array.isArray(value) || value.length > most) throw new Malformed(`${name}: a list of at most ${most} is expected`);
  return value;
}
