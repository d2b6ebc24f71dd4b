// What the page asks of the hub: an answer, or word that the hub is away or that the PIN has changed.

const LONGEST_MS = 10_000;
const known = document.querySelector("meta[name=csrf]")?.content;
const session = known ? { "X-CSRF": known } : {}; // tells the hub that its own page asks

export class Away extends Error {}
export class Login extends Error {
  constructor(address) {
    super("the PIN has changed");
    this.address = address;
  }
}

// Gives { ok, body }: JSON as what it says, anything else as text.
export async function ask(address, options = {}) {
  const { ok, status, url, json, text } = await whole(address, options);
  if (status >= 500) throw new Away();
  const body = json ? JSON.parse(text) : text;
  if (status === 401) throw new Login(body.login);
  const landed = new URL(url);
  if (landed.pathname === "/pin") throw new Login(landed.pathname + landed.search);
  return { ok, body };
}

async function whole(address, options) {
  try {
    const answer = await fetch(address, { ...options, headers: { ...session, ...options.headers }, signal: AbortSignal.timeout(LONGEST_MS) });
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { ok: answer.ok, status: answer.status, url: answer.url, json, text: await answer.text() };
  } catch {
    throw new Away();
  }
}

export const JSON_ONLY = { Accept: "application/json" };

// A name for a form, so that what is sent twice is taken once.
export function token() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
