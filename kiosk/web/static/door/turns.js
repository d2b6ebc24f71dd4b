// What stands there in each language, one after the other, before one is chosen. What is touched meanwhile goes on in
// the language that is seen. Without motion, or without this module, the welcome stands there in all at once.

const EVERY_MS = 2_800;

export function enter(stage) {
  const lists = [...document.querySelectorAll(":is(#rail, #stage) .in-turn")];
  const languages = stage.dataset.turning.split(" ");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  if (languages.length < 2 || still.matches) return null;

  let at = 0;
  const show = () => {
    for (const list of lists) {
      for (const [place, turn] of list.querySelectorAll(".turn").entries()) turn.classList.toggle("now", place === at);
    }
    stage.dataset.shown = languages[at];
    for (const field of document.querySelectorAll("#rail [name=language]")) field.value = languages[at];
    for (const link of stage.querySelectorAll("a[href^='/door/back']")) link.setAttribute("href", `/door/back?language=${languages[at]}`);
  };
  const next = () => {
    const held = document.activeElement?.classList.contains("turn"); // nobody's link goes away under the finger
    const reading = Date.now() < Number(stage.dataset.reading ?? 0); // an announcement, to its end
    if (!held && !reading) at = (at + 1) % languages.length;
    show();
  };
  for (const list of lists) list.classList.add("alternating");
  show();
  const timer = setInterval(next, EVERY_MS);
  return () => clearInterval(timer);
}
