// The parts of a page that the hub draws: fetched anew, and put in place where they differ.

let asking = null;

/** Once more after the answer, if asked for meanwhile. */
export function renew() {
  asking ??= draw().finally(() => (asking = null));
  return asking;
}

async function draw() {
  let answer;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  } catch {
    return; // the hub is away: what stands here is as old as before
  }
  if (answer.redirected) return location.reload(); // to where one comes in
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (now && !part.isEqualNode(now)) swap(part, now);
  }
}

function swap(part, now) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const at = focused ? [...part.querySelectorAll("a, button, input, select")].indexOf(focused) : -1;
  part.replaceChildren(...now.childNodes);
  if (at < 0) return;
  const places = part.querySelectorAll("a, button, input, select");
  const next = places[Math.min(at, places.length - 1)] ?? part.closest("section");
  if (!next.matches("a, button, input, select")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
}
