// How long each touch takes to show: from the press until the frame after the page was first changed by it.
window.watched = { taken: [], open: null };
document.addEventListener("pointerdown", () => (window.watched.open = performance.now()), true);
document.addEventListener("DOMContentLoaded", () =>
  new MutationObserver(() => {
    const begun = window.watched.open;
    if (begun === null) return;
    window.watched.open = null;
    requestAnimationFrame(() => window.watched.taken.push(performance.now() - begun));
  }).observe(document.documentElement, { childList: true, subtree: true }),
);
