// The welcome in each language, one after the other. Without motion, or without this module, all stand there at once.

const EVERY_MS = 2_800;

export function enter(stage) {
  const lists = [...stage.querySelectorAll(".turns")];
  const count = Math.max(...lists.map((list) => list.querySelectorAll(".turn").length));
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  if (count < 2 || still.matches) return null;

  let at = 0;
  const show = () => {
    for (const list of lists) {
      for (const [place, turn] of list.querySelectorAll(".turn").entries()) turn.classList.toggle("now", place === at);
    }
  };
  const next = () => {
    const held = document.activeElement?.classList.contains("turn"); // nobody's link goes away under the finger
    if (!held) at = (at + 1) % count;
    show();
  };
  for (const list of lists) list.classList.add("alternating");
  show();
  const timer = setInterval(next, EVERY_MS);
  return () => clearInterval(timer);
}
