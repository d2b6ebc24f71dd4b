// The words of the plan, and what they say of moments and parties.

const MINUTE_MS = 60_000;
const RIGHT_TO_LEFT = new Set(["ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"]);

/** The name of a language as pages have it. */
export const tagOf = (language) => language.replaceAll("_", "-");

export const directionOf = (language) =>
  RIGHT_TO_LEFT.has(tagOf(language).split("-")[0].toLowerCase()) ? "rtl" : "ltr";

export class Words {
  constructor(plan) {
    this.plan = plan;
    this.language = tagOf(plan.language);
  }

  get direction() {
    return directionOf(this.language);
  }

  /** The words of `key`, with names filled in; the key itself where the hub sent none. */
  text(key, names = {}) {
    const words = Object.hasOwn(this.plan.words, key) ? this.plan.words[key] : key;
    return words.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(names, name) ? String(names[name]) : whole));
  }

  /** Hour and minute of a moment, at the place of the event. */
  clock(atMs) {
    const local = new Date(atMs + this.plan.utc_offset_minutes * MINUTE_MS);
    const two = (number) => String(number).padStart(2, "0");
    return this.text("clock", { hour: two(local.getUTCHours()), minute: two(local.getUTCMinutes()) });
  }

  /** How long ago, in whole minutes; `unsure` where the moment is an estimate. */
  since(ms, unsure = false) {
    return this.text(unsure ? "since.unsure" : "since", { minutes: Math.max(0, Math.floor(ms / MINUTE_MS)) });
  }

  /** The same, in seconds below two minutes. */
  age(ms) {
    return ms < 2 * MINUTE_MS ? this.text("seconds", { count: Math.max(0, Math.round(ms / 1000)) }) : this.since(ms);
  }

  people(count) {
    return this.text("people", { count });
  }
}
