// What is heard, felt and seen when something is kept, or is not: the beats of firmware/beats.py, on a phone.
//
// No two sound alike, shake alike or look alike. Red and three low beeps: NOT recorded.

import { CALL, CLOSE, ENTER, LEAVE, PAUSE, RESUME, UNDO } from "../wire/passage.js";
import { NOTHING, REFUSED, REPEAT } from "../wire/screen.js";

const [TICK, SHORT, LONG, GAP] = [0.04, 0.13, 0.42, 0.11];
const [A3, C4, E4, A4, C5, E5, A5] = [220, 261.6, 329.6, 440, 523.3, 659.3, 880];
const [LOUD, SOFT] = [0.9, 0.25];
const SEEN_MS = 900;

const tune = (...notes) => notes.map(([seconds, hertz]) => ({ seconds, hertz, gain: LOUD }));
const ticks = (...hertz) => hertz.map((each) => ({ seconds: TICK, hertz: each, gain: SOFT }));

/** Each with its colour, and its notes with a gap between them. */
export const SIGNALS = {
  kept: ["green", tune([SHORT, A5])],
  repeat: ["green", ticks(E5, E5)],
  called: ["green", tune([SHORT, E5], [LONG, A5])],
  started: ["green", tune([LONG, A4], [SHORT, E5], [SHORT, A5])],
  ended: ["green", tune([LONG, E5], [LONG, E5])],
  resumed: ["green", tune([SHORT, A4], [LONG, C5], [SHORT, A5])],
  paused: ["amber", tune([LONG, A4], [SHORT, E4], [LONG, A3])],
  closed: ["amber", tune([LONG, C5], [LONG, A4], [LONG, E4])],
  undone: ["green", tune([LONG, E5], [SHORT, A4])],
  nothing: ["amber", ticks(C4)],
  refused: ["red", tune([SHORT, A3], [SHORT, A3], [SHORT, A3])],
};

const BY_KIND = { [PAUSE]: "paused", [RESUME]: "resumed", [CLOSE]: "closed", [CALL]: "called", [ENTER]: "started", [LEAVE]: "ended" };

/** The name of the signal for an outcome of the counter. */
export function signalOf({ tone, passages }) {
  if ([REFUSED, NOTHING, REPEAT].includes(tone)) return tone;
  const kinds = passages.map((passage) => passage.kind);
  if (kinds.includes(UNDO)) return "undone";
  if (kinds.length === 1 && [ENTER, LEAVE].includes(kinds[0])) return "kept";
  return BY_KIND[kinds.at(-1)] ?? "kept";
}

/** `lamps`: the elements whose data-light says which colour is lit. */
export class Sound {
  #lamps;
  #audio = null;
  #dark = 0;

  constructor(...lamps) {
    this.#lamps = lamps;
  }

  /** Phones are mute until they are touched: call this from a touch. */
  async unlock() {
    this.#audio ??= new AudioContext();
    if (this.#audio.state !== "running") await this.#audio.resume();
  }

  get audible() {
    return this.#audio?.state === "running";
  }

  /** What was played is written into data-signal, for who looks there. */
  play(name) {
    const [light, notes] = SIGNALS[name];
    this.#show(light, name);
    navigator.vibrate?.(notes.flatMap(({ seconds }) => [1000 * seconds, 1000 * GAP]).slice(0, -1));
    if (!this.#audio) return;
    void this.#audio.resume().catch(() => {}); // a call or a lock may have silenced it
    let at = this.#audio.currentTime + 0.01;
    for (const note of notes) {
      this.#sound(note, at);
      at += note.seconds + GAP;
    }
  }

  #sound({ seconds, hertz, gain }, at) {
    const voice = this.#audio.createOscillator();
    const volume = this.#audio.createGain();
    voice.type = "square";
    voice.frequency.value = hertz;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(gain, at + 0.005);
    volume.gain.setValueAtTime(gain, at + seconds - 0.005);
    volume.gain.linearRampToValueAtTime(0, at + seconds);
    voice.connect(volume).connect(this.#audio.destination);
    voice.start(at);
    voice.stop(at + seconds);
  }

  #show(light, name) {
    clearTimeout(this.#dark);
    for (const { dataset } of this.#lamps) Object.assign(dataset, { light, signal: name });
    this.#dark = setTimeout(() => this.#lamps.forEach(({ dataset }) => delete dataset.light), SEEN_MS);
  }
}
