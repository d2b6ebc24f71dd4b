// In words, whatever is wrong with how a screen of the door is laid out.
() => {
  const wrong = [];
  const stage = document.getElementById("stage");
  const round = (number) => number.toFixed();
  const shown = (each) =>
    each.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !each.closest("[hidden], [aria-hidden=true], .hidden-words");
  const name = (each) =>
    `<${each.localName} ${each.id || each.className}> ${each.textContent.trim().replace(/\s+/g, " ").slice(0, 40)}`;

  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  if (document.documentElement.scrollHeight > innerHeight) wrong.push("the page scrolls");
  if (stage.scrollWidth > stage.clientWidth) wrong.push("the stage scrolls sideways");
  if (stage.scrollHeight > stage.clientHeight) wrong.push(`the stage scrolls by ${stage.scrollHeight - stage.clientHeight} px`);

  const probe = document.createElement("div");
  probe.style.width = "var(--target)";
  stage.append(probe);
  const target = probe.getBoundingClientRect().width;
  probe.remove();

  const controls = [...document.querySelectorAll(":is(#rail, #stage) :is(a[href], button, summary, label)")].filter(shown);
  for (const [at, each] of controls.entries()) {
    const box = each.getBoundingClientRect();
    if (Math.min(box.width, box.height) < target - 0.5) wrong.push(`small, ${round(box.width)} × ${round(box.height)}: ${name(each)}`);
    const away = box.left < -0.5 || box.top < -0.5 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5;
    if (away) wrong.push(`out of sight: ${name(each)}`);
    for (const other of controls.slice(at + 1)) {
      if (other.contains(each) || each.contains(other)) continue;
      const next = other.getBoundingClientRect();
      const wide = Math.min(box.right, next.right) - Math.max(box.left, next.left);
      const high = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
      if (wide > 1 && high > 1) wrong.push(`overlap by ${round(wide)} × ${round(high)}: ${name(each)} and ${name(other)}`);
    }
  }

  const said = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  for (const each of [...document.querySelectorAll(":is(#rail, #stage) *")].filter(shown)) {
    if (![...each.childNodes].some(said)) continue;
    const range = document.createRange();
    range.selectNodeContents(each);
    const box = range.getBoundingClientRect();
    const there = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const top = there.find((other) => other.checkVisibility({ opacityProperty: true }));
    const line = each.closest("a, button, summary, label, p, li");
    const beside = !top || top.contains(each) || each.contains(top) || line?.contains(top);
    const behind = !beside && !top.closest("details[open]"); // that one is asked for
    if (behind) wrong.push(`behind ${name(top)}: ${name(each)}`);
    for (let around = each; around !== document.body; around = around.parentElement) {
      const edge = around.getBoundingClientRect();
      if (getComputedStyle(around).overflowX === "visible") continue;
      if (box.left < edge.left - 1.5 || box.right > edge.right + 1.5) wrong.push(`cut at the side: ${name(each)}`);
      if (box.top < edge.top - 4 || box.bottom > edge.bottom + 4) wrong.push(`cut above or below: ${name(each)}`);
    }
  }
  return [...new Set(wrong)];
}
