// The browser's own durable store (IndexedDB), and whether it still takes anything.

const STORES = ["passages", "anchors", "meta"];

export class StoreFull extends Error {}
export class StoreFailed extends Error {}

/** What changes in one transaction is kept whole or not at all. */
export class Store {
  #db;

  constructor(db) {
    this.#db = db;
  }

  /** `onLost` is called when the browser closes the store, as when its data are cleared. */
  static async open(name, onLost = () => {}) {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("passages", { keyPath: ["passage.epoch", "passage.seq"] });
      asked.result.createObjectStore("anchors", { keyPath: ["boot", "boot_ms"] });
      asked.result.createObjectStore("meta");
    };
    const db = await settled(asked);
    db.onversionchange = () => db.close();
    db.onclose = onLost;
    return new Store(db);
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
  async write({ passages = [], anchors = [], dropped = [], meta = {} }, { strict = true } = {}) {
    await new Promise((resolve, reject) => {
      let transaction;
      try {
        transaction = this.#db.transaction(STORES, "readwrite", { durability: strict ? "strict" : "relaxed" });
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(translated(transaction.error));
        const [log, times, others] = STORES.map((each) => transaction.objectStore(each));
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

  close() {
    this.#db.close();
  }

  async #read(name, ask) {
    try {
      return await settled(ask(this.#db.transaction(name).objectStore(name)));
    } catch (error) {
      throw translated(error);
    }
  }
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
