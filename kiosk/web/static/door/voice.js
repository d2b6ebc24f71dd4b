// Reads the step aloud on request: by the hub's voice, else by one that this browser has itself. Where neither speaks
// every language of the step, nothing is offered.

const part = (id) => document.getElementById(id);
const synthesis = window.speechSynthesis;
let silence = null; // what stops what is being said

const here = () => document.dispatchEvent(new Event("ronde:news")); // who listens
const lines = () => JSON.parse(part("spoken").dataset.said);
const own = (lang) =>
  synthesis?.getVoices().find((voice) => voice.localService && voice.lang.split(/[-_]/)[0] === lang.split("-")[0]);

function offer() {
  const said = lines();
  part("rail-voice").hidden = said.length === 0 || !said.every((line) => line.src || own(line.lang));
}

function sound(src, signal) {
  return new Promise((done, failed) => {
    const audio = new Audio(src);
    audio.addEventListener("ended", done, { once: true });
    audio.addEventListener("error", failed, { once: true });
    audio.addEventListener("timeupdate", here);
    signal.addEventListener("abort", () => (audio.pause(), done()), { once: true });
    audio.play().catch(failed);
  });
}

function utter({ words, lang }, signal) {
  return new Promise((done) => {
    const voice = own(lang);
    if (!voice) return done();
    const utterance = Object.assign(new SpeechSynthesisUtterance(words), { voice, lang: voice.lang, rate: 0.9 });
    for (const kind of ["end", "error"]) utterance.addEventListener(kind, done, { once: true });
    signal.addEventListener("abort", () => (synthesis.cancel(), done()), { once: true });
    synthesis.speak(utterance);
    return undefined;
  });
}

async function read() {
  const stop = new AbortController();
  silence = stop;
  part("rail-voice").setAttribute("aria-pressed", "true");
  for (const line of lines()) {
    if (stop.signal.aborted) break;
    here();
    try {
      if (!line.src) throw new TypeError("the hub has no voice for it");
      await sound(line.src, stop.signal);
    } catch {
      await utter(line, stop.signal);
    }
  }
  if (silence === stop) hush();
}

function hush() {
  silence?.abort();
  silence = null;
  part("rail-voice").setAttribute("aria-pressed", "false");
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#rail-voice")) return;
  if (silence) hush();
  else read();
});
document.addEventListener("door:entered", () => {
  hush();
  offer();
});
synthesis?.addEventListener("voiceschanged", offer);
offer();
