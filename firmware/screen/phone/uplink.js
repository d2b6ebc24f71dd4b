// The way to the hub: what the log holds beyond what the hub has, in signed batches, for as long as it takes.
//
// Nothing that the hub answers, and no silence of it, ever takes a passage out of the log. A receipt is believed only if
// the hub signed it for this very batch. As firmware/uplink.py; the browser's `fetch` is the courier.

import * as batch from "../wire/batch.js";
import { chance } from "../wire/hash.js";
import * as plan from "../wire/plan.js";
import * as receipt from "../wire/receipt.js";
import { Malformed, VERSION, encoded, read, versioned } from "../wire/schema.js";
import { BadSignature, HEADER, check, sign } from "../wire/signature.js";
import { after, planned } from "./told.js";

const PLAN_PATH = "/api/plan";
const MOST_BOOTS_IN_A_BATCH = 16;
const BEAT_MS = 2000;
const BACKOFF_MS = [1000, 30_000];
const TIMEOUT_MS = 5000;

/** The hub did not answer as it should; `kind` says how: away, unknown, key, version, address, busy or unbelievable. */
export class HubFault extends Error {
  constructor(kind, detail = "") {
    super(`${kind} ${detail}`);
    this.kind = kind;
  }
}

const KINDS = { 400: "version", 401: "unknown", 403: "key", 404: "address", 405: "address", 413: "version" };

/**
 * `run()` until `stop()`; `wake()` it at a new passage, `retry()` it when the network may be back. `onContact` is called
 * after each exchange with {receipt, told, fault}: a believed receipt, or else null and what was wrong.
 */
export class Uplink {
  #parts;
  #wakened = null;
  #awake = false;
  #stopped = false;
  #met = false;
  #againFrom = 0;
  #againTo = 0;
  #fork = "";
  #planFailures = 0;
  #planDue = 0;

  /** {outbox, memory, time, clock, keys, health, onContact}. */
  constructor(parts) {
    this.#parts = parts;
  }

  wake() {
    this.#awake = true;
    if (this.#wakened?.heeds === "wake") this.#wakened.now();
  }

  retry() {
    this.#awake = true;
    this.#wakened?.now();
  }

  stop() {
    this.#stopped = true;
    this.#wakened?.now();
  }

  async run() {
    let failures = 0;
    while (!this.#stopped) {
      this.#awake = false;
      try {
        const more = await this.exchange();
        failures = 0;
        if (!more && !this.#awake) await this.#pause(BEAT_MS, "wake");
      } catch (error) {
        if (!(error instanceof HubFault)) throw error;
        failures += 1;
        this.#parts.onContact({ receipt: null, told: this.#parts.memory.told, fault: error });
        await this.#pause(backoffMs(failures), "retry");
      }
    }
  }

  /** Send one batch and take in its receipt. True where the next should follow at once. Throws HubFault. */
  async exchange() {
    const { outbox, memory, time, clock } = this.#parts;
    const { sent, body } = this.#nextBatch();
    const began = clock.moment();
    const answer = await this.#post(batch.PATH, body);
    const ended = clock.moment();
    const found = await this.#believe(sent, answer);
    this.#met = true;
    const anchored = await time.take(found.now_ms, began, ended);
    const progress = await this.#takeHeld(sent, found);
    await this.#remember(await this.#told(found), ended.wall_ms);
    this.#parts.onContact({ receipt: found, told: memory.told, fault: null });
    return Boolean(outbox.backlog || this.#againFrom) && (progress || !anchored);
  }

  #nextBatch() {
    const { outbox, memory, time, clock } = this.#parts;
    const moment = clock.moment();
    const known = time.anchor;
    const first = this.#againFrom || outbox.held + 1;
    let most = this.#met && known ? batch.MOST_PASSAGES : 0;
    for (;;) {
      const passages = ofFewBoots(outbox.read(first, most));
      const boots = [...new Set([...passages.map((passage) => passage.boot), moment.boot])];
      const sent = {
        station: outbox.station, epoch: outbox.epoch, hub: outbox.hub, nonce: chance(16), ...moment, first, passages,
        anchors: passages.length ? time.anchors(boots) : known ? [known] : [],
        health: this.#health(moment), cards: memory.told.cards.length,
      };
      const body = batch.body(sent);
      if (body.length <= batch.MOST_BYTES) return { sent, body };
      most = Math.floor(passages.length / 2);
    }
  }

  #health(moment) {
    const { outbox, time, health } = this.#parts;
    const [now, last] = [time.now(), outbox.last];
    const unsure = now.error_ms === null;
    return {
      ...health(),
      backlog: outbox.backlog,
      up_s: Math.floor(moment.boot_ms / 1000),
      last_scan_s: last?.boot === moment.boot ? Math.floor(Math.max(0, moment.boot_ms - last.boot_ms) / 1000) : null,
      wall_offset_ms: unsure ? null : moment.wall_ms - now.at_ms,
      clock_error_ms: now.error_ms,
    };
  }

  async #post(path, body) {
    const headers = { "Content-Type": "application/json", [HEADER]: await sign(this.#parts.keys.up, body) };
    const asked = { method: "POST", body, headers, signal: AbortSignal.timeout(TIMEOUT_MS), credentials: "omit" };
    try {
      const answer = await fetch(path, { ...asked, cache: "no-store", redirect: "error" });
      const data = new Uint8Array(await answer.arrayBuffer());
      if (answer.status !== 200) {
        const busy = answer.status >= 500 || answer.status === 429;
        throw new HubFault(KINDS[answer.status] ?? (busy ? "busy" : "version"), String(answer.status));
      }
      return { body: data, signature: answer.headers.get(HEADER) ?? "" };
    } catch (error) {
      throw error instanceof HubFault ? error : new HubFault("away", error.message);
    }
  }

  async #believe(sent, answer) {
    return believing(async () => {
      await check(this.#parts.keys.down, answer.body, answer.signature);
      const found = receipt.decode(answer.body);
      if (["nonce", "station", "epoch"].some((name) => found[name] !== sent[name])) {
        throw new Malformed("nonce, station, epoch");
      }
      return found;
    });
  }

  /** What is known after this receipt, and after a look at the plan where it names another. */
  async #told(found) {
    const { told } = this.#parts.memory;
    const other = found.plan && found.plan !== told.digest;
    const known = (other && (await this.#askPlan())) || null;
    return after(known ? planned(told, known, await plan.digest(known)) : told, found);
  }

  async #askPlan() {
    const { outbox, clock } = this.#parts;
    if (this.#planDue > clock.moment().wall_ms) return null;
    const asked = { v: VERSION, station: outbox.station, nonce: chance(16) };
    try {
      const answer = await this.#post(PLAN_PATH, encoded(asked));
      const found = await believing(async () => {
        await check(this.#parts.keys.down, answer.body, answer.signature);
        const fields = versioned(read(answer.body), "plan");
        if (fields.nonce !== asked.nonce || fields.station !== asked.station) throw new Malformed("nonce, station");
        return plan.fromJson(fields.plan);
      });
      this.#planFailures = 0;
      return found;
    } catch (error) {
      if (!(error instanceof HubFault)) throw error;
      this.#planFailures += 1;
      this.#planDue = clock.moment().wall_ms + backoffMs(this.#planFailures);
      return null;
    }
  }

  async #remember(told, nowMs) {
    await this.#parts.memory.keep(told, nowMs);
  }

  /** Move on to what the hub lacks. Returns whether this exchange brought it further. */
  async #takeHeld(sent, found) {
    const { outbox } = this.#parts;
    const [hub, held, last] = [outbox.hub, outbox.held, outbox.lastSeq];
    const ended = sent.first + sent.passages.length - 1;
    await outbox.noteHeld(found.hub, Math.min(found.held, last));
    if (found.hub !== hub && hub !== batch.NO_HUB) {
      this.#sendAgain(last);
      return true;
    }
    if (found.held > last && !this.#fork) {
      this.#fork = `${found.held} > ${last}`;
      this.#sendAgain(last);
      if (this.#againFrom) return true;
    }
    if (this.#againFrom) this.#againFrom = ended < this.#againTo ? ended + 1 : 0;
    if (this.#fork && !this.#againFrom) {
      await outbox.condemn(this.#fork);
      this.#fork = "";
      return true;
    }
    return Boolean(this.#againFrom) || (sent.passages.length > 0 && found.held > held) || !sent.passages.length;
  }

  /** A hub that was restored, or a log that was cut off: tell everything once more, from the first. */
  #sendAgain(last) {
    [this.#againFrom, this.#againTo] = last ? [1, last] : [0, 0];
  }

  async #pause(ms, heeds) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const now = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#wakened = { heeds, now };
      if (this.#stopped) now();
    });
    this.#wakened = null;
  }
}

async function believing(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Malformed || error instanceof BadSignature) throw new HubFault("unbelievable", error.message);
    throw error;
  }
}

function backoffMs(failures) {
  const most = Math.min(BACKOFF_MS[1], BACKOFF_MS[0] * 2 ** Math.min(failures - 1, 30));
  return most / 2 + (Math.random() * most) / 2;
}

/** The beginning of `passages`, short enough that the anchors of its boots fit beside it. */
function ofFewBoots(passages) {
  const boots = new Set();
  const at = passages.findIndex(({ boot }) => boots.add(boot).size > MOST_BOOTS_IN_A_BATCH);
  return at < 0 ? passages : passages.slice(0, at);
}
