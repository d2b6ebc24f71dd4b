// The camera: finds the codes in view, by the browser's own BarcodeDetector, or else by asking the hub.

import { hex, hmac } from "../wire/hash.js";
import { HEADER } from "../wire/signature.js";
import { Sightings } from "./sightings.js";

const LOOK_MS = 120;
const ASK_MS = 250;
const PATIENCE_MS = 4000;
const SIDE = 480; // of the square in the middle of the picture that is sent to the hub
const QUALITY = 0.8;
const WANTED = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };

/** Whether this browser reads codes by itself. */
export async function readsItself() {
  try {
    return (await globalThis.BarcodeDetector?.getSupportedFormats())?.includes("qr_code") ?? false;
  } catch {
    return false;
  }
}

/** Reads a picture with the browser's own means. */
export function ownReader() {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return {
    pauseMs: LOOK_MS,
    read: async (video) => (await detector.detect(video)).map((code) => code.rawValue),
  };
}

/** Has the hub read a small picture, signed by this station. Throws where the hub does not answer. */
export function hubReader(station, up, path) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const drawn = canvas.getContext("2d", { alpha: false });
  const read = async (video) => {
    const side = Math.min(video.videoWidth, video.videoHeight);
    const [left, top] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
    drawn.drawImage(video, left, top, side, side, 0, 0, SIDE, SIDE);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    const body = new Uint8Array(await blob.arrayBuffer());
    const headers = { "Content-Type": "image/jpeg", "Ronde-Station": station, [HEADER]: hex(await hmac(up, body)) };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(path, { method: "POST", body, headers, signal, credentials: "omit", cache: "no-store" });
    if (answer.status === 503) return []; // it reads others just now
    if (!answer.ok) throw new Error(`the hub answered ${answer.status}`);
    return (await answer.json()).texts;
  };
  return { pauseMs: ASK_MS, read };
}

/**
 * `onText(text)` for each code that comes into view; `onTrouble(name)` when it begins or ends ("" for the end):
 * "denied", "missing", "busy" of the camera; "blind" where nothing can read what it sees.
 */
export class Camera {
  #video;
  #reader;
  #onText;
  #onTrouble;
  #stream = null;
  #sightings = new Sightings();
  #trouble = "";

  constructor(video, reader, { onText, onTrouble }) {
    [this.#video, this.#reader, this.#onText, this.#onTrouble] = [video, reader, onText, onTrouble];
  }

  get running() {
    return this.#stream !== null;
  }

  /** Call this from a touch. Returns whether it runs. */
  async start() {
    if (this.#stream) return true;
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
    } catch (error) {
      this.#say({ NotAllowedError: "denied", NotFoundError: "missing", OverconstrainedError: "missing" }[error.name] ?? "busy");
      return false;
    }
    this.#say("");
    this.#video.srcObject = this.#stream;
    const stream = this.#stream;
    stream.getVideoTracks().forEach((track) => track.addEventListener("ended", () => this.#lost(stream)));
    await this.#video.play();
    void this.#look(stream);
    return true;
  }

  stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }

  #lost(stream) {
    if (this.#stream !== stream) return;
    this.stop();
    this.#say("busy");
  }

  async #look(stream) {
    while (this.#stream === stream) {
      const began = performance.now();
      if (this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
        try {
          const texts = await this.#reader.read(this.#video);
          if (this.#stream !== stream) return;
          this.#say("");
          this.#sightings.fresh(texts, performance.now()).forEach((text) => this.#onText(text));
        } catch {
          this.#say("blind");
        }
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(this.#reader.pauseMs - (performance.now() - began), 20)));
    }
  }

  #say(trouble) {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#onTrouble(trouble);
  }
}
