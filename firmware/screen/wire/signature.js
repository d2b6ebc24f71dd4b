// Both directions are signed: HMAC-SHA256 over the exact bytes of a body. As firmware/wire/signature.py.

import { fits, hex, hmac, key } from "./hash.js";

export const HEADER = "Ronde-Signature";

export class BadSignature extends Error {}

/** The two keys of a device: `up` signs what it sends, `down` what it is given. */
export async function deviceKeys(deviceKey) {
  const device = await key(deviceKey);
  const [up, down] = await Promise.all([hmac(device, "ronde up"), hmac(device, "ronde down")]);
  return { up: await key(up), down: await key(down) };
}

export const sign = async (made, body) => hex(await hmac(made, body));

/** Throws BadSignature. */
export async function check(made, body, signature) {
  if (!(await fits(made, body, signature))) throw new BadSignature("the signature does not fit");
}
