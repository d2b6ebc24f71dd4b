// The page /phone: makes this phone a station with a code, then shows the atelier's screen and scans with the camera.

import { spoken, standing } from "../announced.js";
import { View } from "../view.js";
import { PREFIX, invitation, parse } from "../wire/pairing.js";
import { Malformed } from "../wire/schema.js";
import { Agent } from "./agent.js";
import { Camera, hubReader, ownReader, readsItself } from "./camera.js";
import { Clock } from "./clock.js";
import { NotEnrolled, enrolled } from "./enrolling.js";
import { Outbox } from "./outbox.js";
import { Sound } from "./sound.js";
import { Store } from "./store.js";

const STORE = "ronde-station";
const ENROLMENT = "enrolment";
const REFRESH_MS = 1000;
const RESTART_MS = 3000;

const at = (id) => document.getElementById(id);
const { words: phrases, version } = JSON.parse(at("page-data").textContent);

/** The words of this page that no plan brings, with names filled in. */
function phrase(key, names = {}) {
  return (phrases[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => names[name] ?? whole);
}

let ended = false; // this page is about to be loaded anew
const sound = new Sound(at("lamp"), at("scan"));

/** Shows one of the page's parts: moment, elsewhere, enrol or station. */
function show(part, words) {
  for (const each of ["moment", "enrol", "station"]) at(each).hidden = each !== part;
  if (words !== undefined) at("moment-words").textContent = words;
}

/** The code that a link carried, behind "#", where no server sees it. */
function linkedCode() {
  const carried = decodeURIComponent(location.hash.slice(1));
  if (carried) history.replaceState(null, "", location.pathname + location.search);
  return carried;
}

// Becoming a station

class Enrolling {
  #store;
  #camera = null;
  #backlog;

  constructor(store, backlog = 0) {
    this.#store = store;
    this.#backlog = backlog;
    at("enrol-form").onsubmit = (event) => {
      event.preventDefault();
      void this.#try(at("enrol-code").value);
    };
    at("enrol-scan").onclick = () => void this.#scan();
    at("enrol-back").onclick = () => location.reload();
  }

  /** `again`: there is a station to go back to. `code`: where a link brought one; it is tried at once, if all is sent. */
  async open(again, code = "") {
    show("enrol");
    at("enrol-back").hidden = !again;
    at("enrol-scan").hidden = !(await readsItself());
    at("enrol-code").value = code;
    this.#say(this.#backlog ? phrase("enrol.backlog", { count: this.#backlog }) : "");
    if (code && !this.#backlog) await this.#try(code);
  }

  async #scan() {
    const onTrouble = (trouble) => this.#say(trouble ? phrase(`camera.${trouble}`) : "");
    this.#camera ??= new Camera(at("enrol-video"), ownReader(), { onText: (text) => void this.#try(text), onTrouble });
    at("enrol-video").hidden = !(await this.#camera.start());
  }

  /** `text`: what was typed, read, or carried by a link. */
  async #try(text) {
    let code;
    try {
      code = codeIn(text);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#say(phrase("enrol.typed"));
      return;
    }
    this.#camera?.stop();
    at("enrol-video").hidden = true;
    at("enrol-send").disabled = true;
    this.#say(phrase("enrol.working"));
    try {
      const enrolment = await enrolled(code);
      await this.#store.write({ meta: { [ENROLMENT]: enrolment } });
      location.reload();
    } catch (error) {
      at("enrol-send").disabled = false;
      this.#say(phrase(error instanceof NotEnrolled ? `enrol.${error.kind}` : "failed"));
    }
  }

  #say(words) {
    at("enrol-said").textContent = words;
  }
}

/** The letters in a code that was typed, an invitation, or the address of this page with a code behind it. */
function codeIn(text) {
  const said = text.trim();
  if (said.startsWith(PREFIX)) return invitation(said).code;
  return parse(said.slice(said.indexOf("#") + 1));
}

// Being a station

class Station {
  #store;
  #enrolment;
  #agent;
  #view;
  #camera;
  #trouble = "";
  #digest = null;
  #announced = "";
  #freeMib = null;
  #lock = null;

  constructor(store, enrolment) {
    this.#store = store;
    this.#enrolment = enrolment;
  }

  async open() {
    const clock = new Clock();
    this.#agent = await Agent.open({
      store: this.#store, clock, enrolment: this.#enrolment, phrase,
      health: () => ({ scanner: this.#trouble === "", version, free_mib: this.#freeMib }),
      signal: (name) => sound.play(name),
      onChange: () => this.#draw(),
      onEnd: (error) => end(error),
    });
    this.#view = new View(at("station"), {
      press: (act, details) => this.#agent.press(act, details),
      tools: [
        {
          act: "camera", sign: "scanner", label: phrase("camera.open"), title: phrase("camera.open_title"), first: true,
          press: () => void this.#scan(),
        },
      ],
    });
    await this.#prepareCamera();
    this.#listen();
    at("scan-station").textContent = phrase("station", { name: this.#enrolment.station });
    this.#draw();
    this.#agent.start();
    void navigator.storage?.persist?.(); // some browsers ask whoever holds the phone: nothing waits for an answer
    await this.#measure();
  }

  #listen() {
    setInterval(() => this.#draw(), REFRESH_MS);
    addEventListener("online", () => this.#agent.retry());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      this.#agent.retry();
      void this.#stayAwake();
    });
    for (const touch of ["click", "keydown"]) addEventListener(touch, () => void sound.unlock());
    at("scan-close").onclick = () => at("scan").close();
    at("scan").addEventListener("close", () => this.#endScan());
    at("scan-again").onclick = () => {
      at("scan").close();
      this.#agent.stop();
      void new Enrolling(this.#store, this.#agent.backlog).open(true);
    };
  }

  /** Without a means of its own the phone shows its pictures to the hub, which reads them while the network is there. */
  async #prepareCamera() {
    const own = await readsItself();
    const reader = own ? ownReader() : hubReader(this.#enrolment.station, this.#enrolment.keys.up, "phone/read");
    at("scan-hub").hidden = own;
    this.#camera = new Camera(at("scan-video"), reader, {
      onText: (text) => void this.#agent.scan(text),
      onTrouble: (trouble) => {
        this.#trouble = trouble;
        at("scan-trouble").textContent = trouble ? phrase(`camera.${trouble}`) : "";
        this.#draw();
      },
    });
  }

  async #scan() {
    await sound.unlock();
    at("scan").showModal();
    at("scan-offline").textContent = navigator.serviceWorker?.controller ? "" : phrase("keep_open");
    await this.#camera.start();
    await this.#stayAwake();
  }

  #endScan() {
    this.#camera.stop();
    void this.#lock?.release();
    this.#lock = null;
  }

  /** A phone that goes dark scans nothing. */
  async #stayAwake() {
    if (!at("scan").open || document.hidden) return;
    try {
      this.#lock = (await navigator.wakeLock?.request("screen")) ?? null;
    } catch {
      this.#lock = null; // its battery is low: it will have its way
    }
  }

  async #measure() {
    const found = await navigator.storage?.estimate?.();
    this.#freeMib = found ? Math.floor((found.quota - found.usage) / 2 ** 20) : null;
  }

  #draw() {
    if (ended) return;
    const { plan } = this.#agent;
    const state = this.#agent.state({
      troubles: [this.#agent.damage ? phrase("damaged") : ""],
      scanners: this.#trouble ? [{ name: phrase("camera.name"), present: false }] : [],
    });
    if (!state) {
      show("moment", phrase("first"));
      return;
    }
    if (at("station").hidden && at("enrol").hidden) show("station");
    if (state.plan !== this.#digest) {
      this.#view.plan(plan);
      this.#digest = state.plan;
    }
    this.#view.show(state);
    const said = state.said ?? { words: phrase("camera.hint"), tone: "" };
    at("scan-said").dataset.tone = said.tone;
    if (at("scan-said").textContent !== said.words) at("scan-said").textContent = said.words;
    const told = state.told.at(-1);
    at("scan-told").textContent = told && state.at_ms - told.at_ms < 60_000 ? told.words : "";
    this.#announce(standing(state.announcements, state.at_ms)[0]);
    at("scan-link").textContent = state.backlog ? phrase("backlog", { count: state.backlog }) : "";
  }

  /** Whoever scans sees the newest announcement too; the page behind the dialog is silent meanwhile. */
  #announce(newest) {
    const key = JSON.stringify(newest ?? null);
    if (key === this.#announced) return;
    this.#announced = key;
    at("scan-announced").replaceChildren(...(newest?.words ?? []).map((pair) => spoken("span", pair)));
  }
}

// The page

/** Something here cannot go on: all that was kept is in the store, so begin anew. */
function end(error) {
  if (ended) return;
  ended = true;
  console.warn(error);
  at("scan").close();
  show("moment", phrase("restart"));
  setTimeout(() => location.reload(), RESTART_MS);
}

/** One page at a time may be the station; the others wait for their turn. */
function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(STORE, { ifAvailable: true }, (lock) => {
    if (lock) return work().then(() => new Promise(() => {}));
    show("moment", phrase("elsewhere"));
    return navigator.locks.request(STORE, () => location.reload());
  });
}

async function open() {
  const store = await Store.open(STORE, () => end(new Error("the store was closed")));
  const enrolment = await store.get(ENROLMENT);
  const code = linkedCode();
  if (enrolment && !code) {
    await new Station(store, enrolment).open();
    return;
  }
  const log = enrolment ? await Outbox.open(store, enrolment.station, enrolment.owner) : null;
  await new Enrolling(store, log?.backlog).open(log !== null, code);
}

navigator.serviceWorker?.register("phone/worker.js", { scope: "phone" }).catch(() => {}); // it wants a trusted certificate
alone(() => open().catch(end));
