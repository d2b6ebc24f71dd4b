// The line to the server of the page: what it says comes by events; where they fall silent, it is asked.
//
// A server that answers and says the same moment for ever is as good as none: how old the news is counts from the
// last state whose time had moved. Two clocks measure that, since one of them stands still while a phone sleeps.

const ASK_AFTER_MS = 4000; // without news
const LOST_AFTER_MS = 10_000;
const STUCK_AFTER_MS = 20_000; // it answers, but its time stands still
const RETRY_MS = 3000;
const PATIENCE_MS = 4000;
const LOOK_MS = 1000;
export const PRESS_PATIENCE_MS = 5000;
const NAME = crypto.getRandomValues(new Uint32Array(2)).join("-"); // that this page comes again, the hub knows by it

/** Moments by this machine's clocks; what has passed since is the longer of both. */
class Since {
  #counted = performance.now();
  #wall = Date.now();

  get ms() {
    return Math.max(performance.now() - this.#counted, Date.now() - this.#wall);
  }
}

/** `taken`: {plan(plan), state(state), age({lost, ms})}. Addresses are relative to the page. */
export class Link {
  #taken;
  #addresses;
  #source = null;
  #plan = null; // the digest of the one that was given on
  #planning = false;
  #waiting = null; // a state whose plan is on its way
  #shownMs = null;
  #heard = new Since(); // of an answer
  #moved = new Since(); // of a state of another moment
  #asking = false;
  #asked = new Since();
  #failed = false;
  #count = 0;
  #retry = 0;

  constructor(taken, addresses = { state: "state", plan: "plan", events: "events" }) {
    this.#taken = taken;
    this.#addresses = addresses;
  }

  start() {
    this.#connect();
    this.#ask();
    setInterval(() => this.#tick(), LOOK_MS);
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    window.addEventListener("pageshow", (event) => event.persisted && this.#wake());
    window.addEventListener("online", () => this.#wake());
    window.addEventListener("pagehide", () => this.#source?.close());
  }

  #wake() {
    this.#look();
    this.#ask();
    if (this.#source?.readyState !== EventSource.OPEN) this.#connect();
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#retry = 0;
    this.#source?.close();
    const source = (this.#source = new EventSource(`${this.#addresses.events}?page=${NAME}`));
    source.addEventListener("state", (event) => this.#take(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      this.#ask();
      if (source.readyState === EventSource.CLOSED) this.#again();
    });
  }

  #again() {
    if (!this.#retry) this.#retry = setTimeout(() => this.#connect(), RETRY_MS);
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    this.#asked = new Since();
    const count = this.#count;
    try {
      const state = await fetched(this.#addresses.state);
      if (count === this.#count) this.#take(state); // or else an event overtook it
    } catch {
      this.#failed = true;
    } finally {
      this.#asking = false;
      this.#look();
    }
  }

  #take(state) {
    this.#count += 1;
    this.#failed = false;
    this.#heard = new Since();
    if (state.at_ms !== this.#shownMs) this.#moved = new Since();
    this.#shownMs = state.at_ms;
    if (state.plan === this.#plan) this.#show(state);
    else this.#renew(state);
  }

  #show(state) {
    this.#taken.state(state);
    this.#look();
  }

  /** The plan that the state is drawn by, and then the newest state. Without a new one the old one has to do. */
  async #renew(state) {
    this.#waiting = state;
    if (this.#planning) return;
    this.#planning = true;
    try {
      const plan = await fetched(this.#addresses.plan);
      this.#plan = this.#waiting.plan;
      this.#taken.plan(plan);
    } catch {
      this.#failed = true;
    } finally {
      this.#planning = false;
    }
    if (this.#plan !== null) this.#show(this.#waiting);
  }

  #look() {
    const heardMs = this.#heard.ms;
    const ageMs = this.#moved.ms;
    const silent = heardMs > LOST_AFTER_MS || ageMs > STUCK_AFTER_MS;
    this.#taken.age({ lost: silent || (this.#failed && heardMs > ASK_AFTER_MS), ms: ageMs });
  }

  #tick() {
    this.#look();
    const heardMs = this.#heard.ms;
    if (heardMs > ASK_AFTER_MS && this.#asked.ms > RETRY_MS) this.#ask();
    if (heardMs > LOST_AFTER_MS) this.#again(); // open and silent is no connection: a phone that left gets no error
  }
}

async function fetched(address) {
  const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS), cache: "no-store" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/**
 * What comes of a press: {ok: true, said}, or {ok: false, error} where it was refused in these words. `error` is empty
 * where nobody answered in time: then nobody knows whether it was done.
 */
export async function post(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...sessionOf() },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PRESS_PATIENCE_MS),
    });
    const told = await answer.json();
    if (answer.ok) return { ok: true, said: told.said ?? null };
    return { ok: false, error: typeof told.error === "string" ? told.error : "" };
  } catch {
    return { ok: false, error: "" };
  }
}

// What tells the hub that its own page asks. A station's own page has no session, and needs nothing of that.
function sessionOf() {
  const token = document.querySelector("meta[name=csrf]")?.content;
  return token ? { "X-CSRF": token } : {};
}
