// The browser's own durable store (IndexedDB), kept twice where the browser can, and whether it still takes anything.
//
// Chromium throws a whole IndexedDB away that was torn by a kill while it was written: about once in fifty kills amid
// writes. So all is written to a second one too, in a storage bucket of its own, one after the other: a kill tears
// one of them at most, and what it had is copied back from the other when the page is opened again.

const STORES = ["passages", "anchors", "meta"];
const SPARE = "spare";

export class StoreFull extends Error {}
export class StoreFailed extends Error {}

/** What changes in one transaction is kept whole or not at all. */
export class Store {
  #main;
  #spare;

  constructor(main, spare) {
    this.#main = main;
    this.#spare = spare;
  }

  /** `onLost` is called when the browser closes the store, as when its data are cleared. */
  static async open(name, onLost = () => {}) {
    const main = await opened(indexedDB, name);
    main.onclose = onLost;
    const spare = await spareOf(name);
    if (spare) await level(main, spare);
    return new Store(main, spare);
  }

  get = (key) => this.#read("meta", (store) => store.get(key));

  /** All of the log `epoch`, in order. */
  passages = (epoch) => this.#read("passages", (store) => store.getAll(IDBKeyRange.bound([epoch], [epoch, []])));

  /** All anchors; those of one boot by their moments. */
  anchors = () => this.#read("anchors", (store) => store.getAll());

  /**
   * Add passages, which must be new; put anchors and take some away; put what is in `meta` (by key), or remove what is
   * undefined there. It is on the disk once this returns, where `strict`. Throws StoreFull, StoreFailed: nothing of it
   * is kept then.
   */
  async write(changes, { strict = true } = {}) {
    await written(this.#main, changes, strict);
    if (!this.#spare) return;
    try {
      await written(this.#spare, changes, strict);
    } catch {
      this.#spare.close(); // full, or gone: the main one has it, and the next opening levels them
      this.#spare = null;
    }
  }

  close() {
    this.#main.close();
    this.#spare?.close();
  }

  async #read(name, ask) {
    try {
      return await settled(ask(this.#main.transaction(name).objectStore(name)));
    } catch (error) {
      throw translated(error);
    }
  }
}

async function opened(factory, name) {
  const asked = factory.open(name, 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("passages", { keyPath: ["passage.epoch", "passage.seq"] });
    asked.result.createObjectStore("anchors", { keyPath: ["boot", "boot_ms"] });
    asked.result.createObjectStore("meta");
  };
  const db = await settled(asked);
  db.onversionchange = () => db.close();
  return db;
}

/** The same store in a bucket of its own; null where the browser has none. */
async function spareOf(name) {
  if (!navigator.storageBuckets) return null;
  try {
    const bucket = await navigator.storageBuckets.open(SPARE, { durability: "strict", persisted: true });
    return await opened(bucket.indexedDB, name);
  } catch {
    return null; // no room for it, or not allowed
  }
}

/** Let the one that knows less know all that the other knows. */
async function level(main, spare) {
  const [here, there] = await Promise.all([known(main), known(spare)]);
  if (here.count === there.count && here.epoch === there.epoch) return;
  const lost = !here.epoch || (here.epoch === there.epoch && here.count < there.count);
  if (lost) await copied(spare, main);
  else await copied(main, spare).catch(() => {}); // no room: the main one goes on alone
}

/** How much is in it; without a log, what matters is whether there is an enrolment. */
async function known(db) {
  const all = db.transaction(STORES);
  const [count, log, enrolment] = await Promise.all([
    settled(all.objectStore("passages").count()),
    settled(all.objectStore("meta").get("log")),
    settled(all.objectStore("meta").get("enrolment")),
  ]);
  return { count, epoch: log?.epoch ?? (enrolment ? "none yet" : "") };
}

async function copied(from, to) {
  const all = from.transaction(STORES);
  const [passages, anchors, names, values] = await Promise.all([
    settled(all.objectStore("passages").getAll()),
    settled(all.objectStore("anchors").getAll()),
    settled(all.objectStore("meta").getAllKeys()),
    settled(all.objectStore("meta").getAll()),
  ]);
  const meta = Object.fromEntries(names.map((name, at) => [name, values[at]]));
  await written(to, { passages, anchors, meta }, true, { anew: true });
}

function written(db, { passages = [], anchors = [], dropped = [], meta = {} }, strict, { anew = false } = {}) {
  return new Promise((resolve, reject) => {
    try {
      const transaction = db.transaction(STORES, "readwrite", { durability: strict ? "strict" : "relaxed" });
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(translated(transaction.error));
      const [log, times, others] = STORES.map((each) => transaction.objectStore(each));
      if (anew) [log, times, others].forEach((each) => each.clear());
      passages.forEach((each) => log.add(each));
      anchors.forEach((each) => times.put(each));
      dropped.forEach((each) => times.delete([each.boot, each.boot_ms]));
      for (const [key, value] of Object.entries(meta)) value === undefined ? others.delete(key) : others.put(value, key);
      transaction.commit?.();
    } catch (error) {
      reject(translated(error));
    }
  });
}

function translated(error) {
  const full = error?.name === "QuotaExceededError";
  return new (full ? StoreFull : StoreFailed)(error?.message || "the store ended it", { cause: error });
}

function settled(asked) {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
