// Pairing: how a device gets its keys from the hub with a code that is shown once. As firmware/wire/pairing.py.

import { fits, hex, hmac, key, unhex } from "./hash.js";
import * as passage from "./passage.js";
import { scrypt } from "./scrypt.js";
import { IDENTIFIER, Malformed, VERSION, bytes, encoded, listing, read, text, versioned } from "./schema.js";
import { BadSignature } from "./signature.js";
import { ALPHABET, isBadge } from "./token.js";

export const PREFIX = "RONDE2.";
export const PATH = "/api/enrol";

const NAME_LETTERS = 4;
const COST = { cost: 2 ** 14, blocks: 8, parallel: 1, length: 32 };
const ADDRESS = /^https?:\/\/[A-Za-z0-9.\-[\]:]{1,100}$/;
const ENROLMENT = "RONDE1.";

/** The code in what a hand typed: spaces, hyphens and small letters are forgiven. Throws Malformed. */
export function parse(typed) {
  const code = typed.replace(/[ \-\t\r\n]/g, "").toUpperCase();
  if (!isBadge(code)) throw new Malformed(`a pairing code has 16 letters of ${ALPHABET}`);
  return code;
}

/** What a QR code that was read says: {code, hub}. Throws Malformed. */
export function invitation(line) {
  const said = line.trim();
  const dot = said.indexOf(".", PREFIX.length);
  const hub = said.slice(dot + 1);
  if (!said.startsWith(PREFIX) || dot < 0 || !ADDRESS.test(hub)) throw new Malformed(`an invitation begins with ${PREFIX}`);
  return { code: parse(said.slice(PREFIX.length, dot)), hub };
}

/** The secret that both sides make of a code: two keys, one that proves and one that seals. Slow on purpose. */
export async function keysOf(code) {
  const drawn = await scrypt(bytes(code), bytes(`ronde pairing ${code.slice(0, NAME_LETTERS)}`), COST);
  const secret = await key(drawn);
  const [proof, seal] = await Promise.all([hmac(secret, "ronde pairing proof"), hmac(secret, "ronde pairing seal")]);
  return { proof: await key(proof), seal: await key(seal) };
}

/** What is posted: {code, nonce, proof}. `nonce`: 32 hexadecimal digits, drawn for this ask. */
export async function ask(code, keys, nonce) {
  return { code: code.slice(0, NAME_LETTERS), nonce, proof: hex(await hmac(keys.proof, `ask\0${nonce}`)) };
}

export const askBody = (sent) => encoded({ v: VERSION, ...sent });

/** The enrolment in the hub's answer: {station, atelier, steps, deviceKey, eventKey}. Throws Malformed, BadSignature. */
export async function take(body, sent, keys) {
  const fields = versioned(read(body), "given");
  const nonce = text(fields, "nonce", /^[0-9a-f]{32}$/);
  const sealed = text(fields, "sealed", /^(?:[0-9a-f]{2}){1,4096}$/);
  const proof = text(fields, "proof", /^[0-9a-f]{64}$/);
  if (nonce !== sent.nonce || !(await fits(keys.proof, `give\0${nonce}\0${sealed}`, proof))) {
    throw new BadSignature("this answer is not that of the hub that showed the code");
  }
  return enrolment(new TextDecoder().decode(await crypt(keys.seal, nonce, unhex(sealed))));
}

/** XOR with HMAC-SHA256 in counter mode; there and back. */
async function crypt(own, nonce, data) {
  const plain = new Uint8Array(data.length);
  for (let block = 0; 32 * block < data.length; block += 1) {
    const counted = new Uint8Array(36);
    counted.set(bytes(nonce));
    new DataView(counted.buffer).setUint32(32, block);
    const mask = await hmac(own, counted);
    for (let at = 32 * block; at < Math.min(32 * block + 32, data.length); at += 1) {
      plain[at] = data[at] ^ mask[at - 32 * block];
    }
  }
  return plain;
}

/** What a line of enrolment says. As firmware/wire/enrolment.py. */
export function enrolment(line) {
  if (!line.startsWith(ENROLMENT)) throw new Malformed(`an enrolment begins with ${ENROLMENT}`);
  const fields = versioned(read(unbase64(line.slice(ENROLMENT.length))), "enrolment");
  return {
    station: text(fields, "station", IDENTIFIER),
    atelier: text(fields, "atelier", IDENTIFIER),
    steps: listing(fields, "steps", passage.STEPS.length).map((step) => {
      if (!passage.STEPS.includes(step)) throw new Malformed(`steps: one of ${passage.STEPS.join(", ")} is expected`);
      return step;
    }),
    deviceKey: unhex(text(fields, "device_key", /^[0-9a-f]{64}$/)),
    eventKey: unhex(text(fields, "event_key", /^[0-9a-f]{64}$/)),
  };
}

function unbase64(letters) {
  try {
    const plain = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  } catch (error) {
    throw new Malformed(`enrolment: ${error.message}`);
  }
}
