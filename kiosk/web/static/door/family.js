// Figures join the picture of the family as they are tapped. Without this module each tap sends the form, and the
// server draws the picture.

export function enter(stage) {
  const form = stage.querySelector("#step");
  const portrait = form.querySelector(".portrait");
  const status = form.querySelector("[role=status]");
  const inputs = new Map([...form.elements].filter((each) => each.name.startsWith("n:")).map((each) => [each.name.slice(2), each]));
  const tiles = new Map([...form.querySelectorAll(".figure-tile")].map((tile) => [tile.value.slice("more:".length), tile]));
  const most = Number(form.dataset.most);
  const drawn = Number(form.dataset.drawn);
  const number = new Intl.NumberFormat(document.documentElement.lang);

  const rules = new Intl.PluralRules(document.documentElement.lang);
  const forms = Object.entries(JSON.parse(status.dataset.forms));

  const formOf = (n) => forms.find(([sample]) => rules.select(Number(sample)) === rules.select(n))[1];
  const count = (who) => Number(inputs.get(who).value);
  const total = () => [...inputs.values()].reduce((all, input) => all + Number(input.value), 0);

  function change(who, step) {
    inputs.get(who).value = Math.max(0, Math.min(count(who) + step, most - total() + count(who)));
    show(step > 0 ? who : null);
  }

  function show(joined) {
    const all = total();
    for (const [who, tile] of tiles) {
      const bubble = tile.querySelector(".bubble");
      tile.classList.toggle("some", count(who) > 0);
      bubble.hidden = count(who) === 0;
      bubble.textContent = number.format(count(who));
    }
    status.textContent = all === 0 ? status.dataset.none : formOf(all).replace("{n}", number.format(all));
    for (const each of form.querySelectorAll(".when-some")) each.hidden = all === 0;
    for (const way of form.querySelectorAll(".way-on")) way.disabled = all === 0;
    draw(all, joined);
  }

  function draw(all, joined) {
    const held = document.activeElement?.closest(".portrait-tile")?.value;
    const people = [...inputs.keys()].reverse().flatMap((who) => {
      if (all > drawn) return count(who) ? [face(who, count(who))] : [];
      return Array.from({ length: count(who) }, () => face(who, 1));
    });
    portrait.replaceChildren(...people);
    if (joined) people.findLast((each) => each.value === `fewer:${joined}`)?.classList.add("new");
    if (held) (people.find((each) => each.value === held) ?? people[0] ?? form.querySelector(".figure-tile"))?.focus();
  }

  function face(who, many) {
    const known = faces.get(who);
    const button = document.createElement("button");
    button.className = "tile portrait-tile";
    button.name = "do";
    button.value = `fewer:${who}`;
    const said = many > 1 ? portrait.dataset.many.replace("{n}", number.format(many)).replace("{who}", () => known.name) : known.name;
    button.setAttribute("aria-label", portrait.dataset.remove.replace("{who}", () => said));
    button.append(known.drawing.cloneNode(true));
    if (many > 1) {
      const bubble = document.createElement("span");
      bubble.className = "bubble";
      bubble.setAttribute("aria-hidden", "true");
      bubble.textContent = number.format(many);
      button.append(bubble);
    }
    return button;
  }

  // Each figure by its drawing and name: from the board, and from the picture where it is on another page of the board.
  const faces = new Map();
  for (const tile of form.querySelectorAll("[data-name]")) {
    const drawing = tile.querySelector(".person");
    if (drawing) faces.set(tile.value.slice(tile.value.indexOf(":") + 1), { name: tile.dataset.name, drawing });
  }

  form.addEventListener("submit", (event) => {
    const [action, ...rest] = (event.submitter?.value ?? "").split(":");
    const who = rest.join(":");
    if (!["more", "fewer"].includes(action) || !inputs.has(who)) return;
    event.preventDefault();
    change(who, action === "more" ? 1 : -1);
  });
  show(null);
}
