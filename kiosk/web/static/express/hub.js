// What the page asks of the hub: an answer, or word that the hub is away or that the PIN has changed.

const LONGEST_MS = 10_000;

export class Away extends Error {}
export class Login extends Error {
  constructor(address) {
    super("the PIN has changed");
    this.address = address;
  }
}

export async function ask(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, { ...options, signal: AbortSignal.timeout(LONGEST_MS) });
  } catch {
    throw new Away();
  }
  if (answer.status >= 500) throw new Away();
  if (answer.status === 401) throw new Login((await answer.json()).login);
  const landed = new URL(answer.url);
  if (landed.pathname === "/pin") throw new Login(landed.pathname + landed.search);
  return answer;
}

export const JSON_ONLY = { Accept: "application/json" };

// A name for a form, so that what is sent twice is taken once.
export function token() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
