// The phone's own log: every passage, durable before the beep, until long after the hub has it.
//
// Numbered without gaps and chained by digest; nothing is ever changed or deleted. A log that does not read back whole
// stays where it is, and a new one (a new epoch) begins. As firmware/outbox.py; here the store is the browser's.

import { NO_HUB } from "../wire/batch.js";
import { chance, sha256 } from "../wire/hash.js";
import { CHAIN_START, digest, made } from "../wire/passage.js";
import { bytes } from "../wire/schema.js";
import { StoreFailed, StoreFull } from "./store.js";

export const MOST_ANCHORS_OF_A_BOOT = 32;

/** What names an event in the log without giving its key away. */
export async function fingerprint(eventKey) {
  const prefix = bytes("ronde outbox ");
  const joined = new Uint8Array(prefix.length + eventKey.length);
  joined.set(prefix);
  joined.set(eventKey, prefix.length);
  return (await sha256(joined)).slice(0, 16);
}

/** Only one page at a time may have it open. */
export class Outbox {
  #store;
  #passages = [];
  #end = CHAIN_START;
  #newEpoch;
  #heard = 0;
  setAside = ""; // why nothing more is taken
  damage = "";
  #anchors = new Map();
  #turn = Promise.resolve(); // what is written is written one after the other

  /** The log of `station` in the event `owner` names. `damage`: what was lacking in the one before, if anything. */
  static async open(store, station, owner, newEpoch = () => chance(8)) {
    const outbox = new Outbox(store, newEpoch);
    const [log, anchors] = await Promise.all([store.get("log"), store.anchors()]);
    anchors.forEach((each) => outbox.#anchors.set(each.boot, [...outbox.anchors(each.boot), each]));
    if (log && log.station === station && log.owner === owner) {
      await outbox.#take(log);
    } else {
      await outbox.#begin(station, owner);
    }
    return outbox;
  }

  constructor(store, newEpoch) {
    this.#store = store;
    this.#newEpoch = newEpoch;
  }

  get last() {
    return this.#passages.at(-1) ?? null;
  }

  get lastSeq() {
    return this.#passages.length;
  }

  get backlog() {
    return Math.max(0, this.lastSeq - this.held);
  }

  /** Those from number `first` on, at most `most`. */
  read(first, most = Infinity) {
    return this.#passages.slice(first - 1, first - 1 + most);
  }

  /**
   * Keep the passages of one scan or press, all or none: entries {kind, badge, of, by}, one moment for all of them,
   * which no others of this log have. Throws StoreFull (nothing was kept), StoreFailed.
   */
  commit = (entries, atelier, moment) => this.#inTurn(() => this.#commit(entries, atelier, moment));

  async #commit(entries, atelier, { boot, boot_ms, wall_ms }) {
    if (this.setAside) throw new StoreFailed(this.setAside);
    const last = this.last;
    const stamp = last && last.boot === boot ? Math.max(boot_ms, last.boot_ms + 1) : boot_ms;
    const kept = [];
    let end = this.#end;
    for (const entry of entries) {
      const passage = made({
        station: this.station, epoch: this.epoch, seq: this.lastSeq + kept.length + 1, atelier,
        ...entry, boot, boot_ms: stamp, wall_ms, prev: end,
      });
      end = await digest(passage);
      kept.push({ passage, digest: end });
    }
    await this.#store.write({ passages: kept });
    const passages = kept.map((each) => each.passage);
    this.#passages.push(...passages);
    this.#end = end;
    return passages;
  }

  /** Passage `seq` has been signalled. */
  async markHeard(seq) {
    this.#heard = seq;
    await this.#news({ heard: { epoch: this.epoch, seq } });
  }

  /** The newest passage, where the page ended before its beep no longer than `withinMs` ago. */
  unheard(wallMs, withinMs) {
    const last = this.last;
    const ageMs = last ? wallMs - last.wall_ms : -1;
    return last && this.#heard < last.seq && ageMs >= 0 && ageMs <= withinMs ? last : null;
  }

  /** The hub `hub` holds passages 1..held. It is only news. */
  async noteHeld(hub, held) {
    if (hub === this.hub && held === this.held) return;
    [this.hub, this.held] = [hub, held];
    await this.#news({ held: { epoch: this.epoch, hub, held } });
  }

  /** The anchors of one boot, oldest first. */
  anchors = (boot) => this.#anchors.get(boot) ?? [];

  /** Of each boot the first, the last and some between stay, spread out evenly. */
  async keepAnchor(anchor) {
    const known = this.anchors(anchor.boot).filter((each) => each.boot_ms !== anchor.boot_ms);
    const all = [...known, anchor].sort((one, other) => one.boot_ms - other.boot_ms);
    const dropped = [];
    if (all.length > MOST_ANCHORS_OF_A_BOOT) {
      const gap = (at) => all[at + 1].boot_ms - all[at - 1].boot_ms;
      const inner = all.slice(1, -1).map((_, at) => at + 1);
      dropped.push(all[inner.reduce((least, at) => (gap(at) < gap(least) ? at : least))]);
    }
    await this.#store.write({ anchors: [anchor], dropped });
    this.#anchors.set(anchor.boot, all.filter((each) => !dropped.includes(each)));
  }

  /** Leave this log as it is; the page begins a new one when it is loaded again, and takes nothing until then. */
  condemn = (reason) =>
    this.#inTurn(async () => {
      await this.#begin(this.station, this.owner);
      this.setAside = reason;
    });

  /** What may be lost is not waited for, and a full store may go without it. */
  async #news(meta) {
    try {
      await this.#store.write({ meta }, { strict: false });
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error;
    }
  }

  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #begin(station, owner) {
    const log = { station, owner, epoch: this.#newEpoch() };
    await this.#store.write({ meta: { log, held: undefined, heard: undefined } });
    [this.#passages, this.#end, this.#heard] = [[], CHAIN_START, 0];
    Object.assign(this, log, { hub: NO_HUB, held: 0 });
  }

  async #take(log) {
    const [rows, held, heard] = await Promise.all([
      this.#store.passages(log.epoch), this.#store.get("held"), this.#store.get("heard"),
    ]);
    const own = (mark) => (mark && mark.epoch === log.epoch ? mark : null);
    Object.assign(this, log, { hub: own(held)?.hub ?? NO_HUB, held: own(held)?.held ?? 0 });
    this.#heard = own(heard)?.seq ?? 0;
    let end = CHAIN_START;
    for (const [at, row] of rows.entries()) {
      const found = await digest(row.passage);
      if (row.passage.seq !== at + 1 || row.passage.prev !== end || row.digest !== found) {
        await this.#begin(log.station, log.owner);
        this.damage = `passage ${at + 1}`;
        return;
      }
      end = found;
    }
    if (Math.max(this.#heard, this.held) > rows.length) {
      const lacking = `passages ${rows.length + 1} to ${Math.max(this.#heard, this.held)}`;
      await this.#begin(log.station, log.owner);
      this.damage = lacking;
      return;
    }
    this.#passages = rows.map((row) => row.passage);
    this.#end = end;
  }
}
