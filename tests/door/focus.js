// Whether the focus is at what the selector says, and what is wrong with it: it must show, be in sight, and lie bare.
(selector) => {
  const at = document.activeElement;
  if (!at || at === document.body) return ["", ""];
  const shown = at.matches("input[type=radio]") ? at.closest("label") : at;
  const style = getComputedStyle(shown);
  const box = shown.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const top = document.elementFromPoint(x, y); // null where that is out of sight
  let wrong = "";
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong = "does not show";
  else if (!top) wrong = "is out of sight";
  else if (!shown.contains(top) && !top.contains(shown)) wrong = "is covered";
  return [at.matches(selector) ? "found" : "elsewhere", wrong && `${wrong}: ${at.outerHTML.slice(0, 120)}`];
}
