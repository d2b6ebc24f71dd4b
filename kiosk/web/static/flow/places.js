// What stands on the page, by its key; only what changed is touched.

export function fill(shown, root = document) {
  for (const place of root.querySelectorAll("[data-text]")) put(place, shown.texts[place.dataset.text] ?? "");
  for (const place of root.querySelectorAll("[data-state]")) {
    const state = shown.states[place.dataset.state];
    if (state !== undefined && place.dataset.is !== state) place.dataset.is = state;
  }
}

export function say(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

/** An empty text hides its place. */
export function put(place, words) {
  say(place, words);
  const empty = words === "";
  if (place.hidden !== empty) place.hidden = empty;
}
