"""What runs in a page before it, or in its place: stand-ins for what a phone has, and faults."""

import base64

from kiosk.web.reader import Reader

# As a phone whose browser reads codes by itself.
DETECTOR = """globalThis.BarcodeDetector = class {
  static getSupportedFormats = async () => ["qr_code"];
  #canvas = new OffscreenCanvas(640, 480);
  async detect(video) {
    this.#canvas.getContext("2d").drawImage(video, 0, 0, 640, 480);
    const blob = await this.#canvas.convertToBlob({ type: "image/jpeg" });
    const letters = String.fromCharCode(...new Uint8Array(await blob.arrayBuffer()));
    return (await readPicture(btoa(letters))).map((rawValue) => ({ rawValue }));
  }
};"""

# Once `deaf` is set, what is on the disk is not heard of: the page lives on and does nothing with it.
NO_BEEP = """{
  const { get, set } = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete");
  Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
    get,
    set(handler) {
      set.call(this, (event) => {
        if (globalThis.deaf && this.durability === "strict") globalThis.withheld = true;
        else handler(event);
      });
    },
  });
}"""

# Takes all the room that the browser gives this origin, in a store beside the station's.
FILL = """async () => {
  const db = await new Promise((resolve) => {
    const asked = indexedDB.open("filler", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("all", { autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
  });
  const put = (size) => new Promise((resolve) => {
    const writing = db.transaction("all", "readwrite");
    writing.objectStore("all").put(crypto.getRandomValues(new Uint8Array(size)));
    writing.oncomplete = () => resolve(true);
    writing.onabort = () => resolve(false);
  });
  let count = 0;
  for (const size of [60_000, 6_000, 600, 60]) while (await put(size)) count += 1;
  db.close();
  return count;
}"""

# What would be heard and felt.
LISTENING = """
globalThis.notes = [];
globalThis.shakes = [];
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (...when) {
  notes.push(Math.round(this.frequency.value));
  return start.apply(this, when);
};
navigator.vibrate = (pattern) => shakes.push(pattern.map(Math.round));
"""


def read_picture(_: object, letters: str) -> list[str]:
    return Reader().texts(base64.b64decode(letters))


# Both stores lose their last passage.
CUT = """async (names) => {
  const spare = (await navigator.storageBuckets.open("spare")).indexedDB;
  await Promise.all([indexedDB, spare].map((factory) => new Promise((resolve) => {
    const asked = factory.open("ronde-station");
    asked.onsuccess = () => {
      const all = asked.result.transaction(["passages", "meta"], "readwrite");
      const log = all.objectStore("passages");
      log.openCursor(null, "prev").onsuccess = (event) => event.target.result.delete();
      names.forEach((name) => all.objectStore("meta").delete(name));
      all.oncomplete = () => { asked.result.close(); resolve(); };
    };
  })));
}"""
