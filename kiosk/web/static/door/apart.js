// Who is touched changes sheets, there and then; that nobody small goes alone is said before it is printed. Without this module each touch sends the form. A crowd, which moves
// as one, is left to the server.

export function enter(stage) {
  const form = stage.querySelector("#step");
  const halves = [...form.querySelectorAll(".portrait")];
  const totals = [...form.querySelectorAll(".total")];
  const lead = form.querySelector(".lead");
  if (form.querySelector(".bubble")) return;

  form.addEventListener("submit", (event) => {
    const tile = event.submitter;
    if (!tile?.classList.contains("portrait-tile")) return;
    event.preventDefault();
    const from = halves.indexOf(tile.parentElement);
    if (halves[from].childElementCount < 2) return; // no sheet is left empty
    const who = tile.value.slice(tile.value.indexOf(":") + 1);
    const second = form.elements.namedItem(`n:${who}`);
    second.value = Number(second.value) + (from === 0 ? 1 : -1);
    tile.value = `${from === 0 ? "first" : "second"}:${who}`;
    tile.classList.add("new");
    halves[1 - from].append(tile);
    tile.focus();
    for (const [at, total] of totals.entries()) total.textContent = counted(total, halves[at].childElementCount);
    mind();
  });

  function mind() {
    for (const half of halves) half.closest(".half").classList.toggle("alone", leftAlone(half));
    const alone = halves.some(leftAlone);
    form.querySelector("#together").hidden = !alone;
    form.querySelector("#apart").disabled = alone;
    const words = alone ? lead.dataset.alone : lead.dataset.usual;
    if (lead.textContent !== words) lead.textContent = words;
  }
}

function leftAlone(half) {
  const kinds = [...half.children].map((each) => each.dataset.who);
  return kinds.includes("small") && !kinds.includes("grown");
}

function counted(total, n) {
  const language = document.documentElement.lang;
  const rules = new Intl.PluralRules(language);
  const forms = Object.entries(JSON.parse(total.dataset.forms));
  const [, words] = forms.find(([sample]) => rules.select(Number(sample)) === rules.select(n));
  return words.replace("{n}", new Intl.NumberFormat(language).format(n));
}
