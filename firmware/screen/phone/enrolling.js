// Becoming a station: from a code to keys, which the browser keeps and shows to nobody, not even to this page.

import { chance, key } from "../wire/hash.js";
import { PATH, ask, askBody, keysOf, take } from "../wire/pairing.js";
import { Malformed } from "../wire/schema.js";
import { BadSignature, deviceKeys } from "../wire/signature.js";
import { fingerprint } from "./outbox.js";

const PATIENCE_MS = 10_000;
const KINDS = { 400: "old", 403: "wrong", 404: "unknown", 410: "over", 429: "many" };

/** `kind`: away, wrong, unknown, over, many, old, unbelievable or busy. */
export class NotEnrolled extends Error {
  constructor(kind, detail = "") {
    super(`${kind} ${detail}`);
    this.kind = kind;
  }
}

/** The enrolment that the hub gives for this code: {station, atelier, steps, owner, keys, event}. Throws NotEnrolled. */
export async function enrolled(code) {
  const secret = await keysOf(code);
  const sent = await ask(code, secret, chance(16));
  const body = await posted(askBody(sent));
  try {
    const { station, atelier, steps, deviceKey, eventKey } = await take(body, sent, secret);
    const [keys, event, owner] = await Promise.all([deviceKeys(deviceKey), key(eventKey), fingerprint(eventKey)]);
    return { station, atelier, steps, owner, keys, event };
  } catch (error) {
    if (error instanceof Malformed || error instanceof BadSignature) throw new NotEnrolled("unbelievable", error.message);
    throw error;
  }
}

async function posted(body) {
  const headers = { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const answer = await fetch(PATH, { method: "POST", body, headers, signal, credentials: "omit", cache: "no-store" });
    if (!answer.ok) throw new NotEnrolled(KINDS[answer.status] ?? "busy", String(answer.status));
    return new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    throw error instanceof NotEnrolled ? error : new NotEnrolled("away", error.message);
  }
}
