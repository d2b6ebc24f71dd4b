// An announcement: words for everybody in the hall, as a receipt tells them. As firmware/wire/announcement.py.

import { Malformed, integer, listing, mapping, text } from "./schema.js";

export const MOST = 4;

const MOST_LANGUAGES = 4;
const LANGUAGE = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/;
const LINE = /^[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]{1,300}$/u;

/** An announcement from its JSON: {at_ms, until_ms, words: [[language, said], …]}. Throws Malformed. */
export function fromJson(value) {
  const fields = mapping(value, "announcement");
  const words = listing(fields, "words", MOST_LANGUAGES);
  if (!words.length) throw new Malformed("words: an announcement says something");
  return {
    at_ms: integer(fields, "at_ms", 0),
    until_ms: integer(fields, "until_ms", 0),
    words: words.map(wording),
  };
}

function wording(pair) {
  if (!Array.isArray(pair) || pair.length !== 2) throw new Malformed("words: a language and what is said in it");
  const [language, words] = pair;
  return [text({ language }, "language", LANGUAGE), text({ words }, "words", LINE)];
}
