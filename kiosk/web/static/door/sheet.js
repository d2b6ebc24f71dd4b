// What becomes of the sheets: asked four times a second, and the page got anew when it says something else by now.

const EVERY_MS = 250;
const PATIENCE_MS = 2_500;

export function enter(stage, shell) {
  const { page } = stage.querySelector("[data-page]").dataset;
  let timer = setTimeout(ask, EVERY_MS);
  let lastKnown = Date.now();
  let left = false;

  async function ask() {
    let now = page;
    try {
      const answer = await fetch("/door/sheet/status", { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!answer.ok) throw new Error(String(answer.status));
      now = (await answer.json()).page;
      lastKnown = Date.now();
    } catch {
      if (Date.now() - lastKnown > PATIENCE_MS) now = null; // the shell waits for the hub, and says so
    }
    if (left) return;
    if (now !== page) shell.go("/door/sheet");
    timer = setTimeout(ask, EVERY_MS);
  }

  return () => {
    left = true;
    clearTimeout(timer);
  };
}
