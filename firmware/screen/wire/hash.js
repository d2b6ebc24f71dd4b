// SHA-256 and HMAC by the browser's own WebCrypto, and hexadecimal digits.

import { bytes } from "./schema.js";

const HMAC = { name: "HMAC", hash: "SHA-256" };

export const hex = (data) => Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** So many bytes of chance, as hexadecimal digits. */
export const chance = (count) => hex(crypto.getRandomValues(new Uint8Array(count)));

export const sha256 = async (data) => hex(await crypto.subtle.digest("SHA-256", data));

/** A key for HMAC that cannot be read out again, not even by this page. */
export const key = (raw) => crypto.subtle.importKey("raw", raw, HMAC, false, ["sign", "verify"]);

/** HMAC-SHA256 of `data`, text or bytes, under a key made by `key`. */
export const hmac = async (made, data) =>
  new Uint8Array(await crypto.subtle.sign("HMAC", made, typeof data === "string" ? bytes(data) : data));

/** The same compared in constant time with `digits`. */
export async function fits(made, data, digits) {
  if (!/^[0-9a-f]{64}$/.test(digits)) return false;
  return crypto.subtle.verify("HMAC", made, unhex(digits), typeof data === "string" ? bytes(data) : data);
}
