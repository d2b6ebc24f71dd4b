// The rack of sheets, looked at again every two seconds. What is there already stays as it is.

const EVERY_MS = 2000;

async function look() {
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(EVERY_MS) });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const rack = document.getElementById("rack");
      const fresh = page.getElementById("rack");
      const names = (list) => [...list.querySelectorAll("img")].map((each) => each.getAttribute("src")).join();
      if (names(fresh) !== names(rack)) {
        rack.replaceChildren(...fresh.children);
        document.getElementById("none").hidden = rack.childElementCount > 0;
      }
    }
  } catch {
    // the hub is away: what was printed stays true
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
