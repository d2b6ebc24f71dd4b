// Hearts at a touch. Without this module each touch sends the form.

export function enter(stage) {
  const form = stage.querySelector("#step");
  const status = form.querySelector("[role=status]");
  const surprise = form.querySelector("[value=surprise]");
  const tiles = new Map([...form.querySelectorAll("[value^='wish:']")].map((tile) => [tile.value.slice("wish:".length), tile]));
  const most = Number(form.dataset.most);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  let wishes = [...form.querySelectorAll("[name=wish]")].map((each) => each.value);

  function show() {
    for (const each of form.querySelectorAll("[name=wish]")) each.remove();
    form.append(...wishes.map(held));
    for (const [id, tile] of tiles) {
      const place = wishes.indexOf(id) + 1;
      const rank = place ? number.format(place) : "";
      const words = tile.querySelector(".heart-words");
      tile.setAttribute("aria-pressed", String(place > 0));
      tile.querySelector(".heart i").textContent = rank;
      words.textContent = place ? words.dataset.heart.replace("{n}", rank) : "";
    }
    surprise.setAttribute("aria-pressed", String(wishes.length === 0));
    const { none, full, hearts } = status.dataset;
    status.textContent = wishes.length === 0 ? none : wishes.length === most ? full : hearts.replace("{n}", number.format(wishes.length));
  }

  function held(id) {
    const input = document.createElement("input");
    [input.type, input.name, input.value] = ["hidden", "wish", id];
    return input;
  }

  function tap(id) {
    if (wishes.includes(id)) wishes = wishes.filter((each) => each !== id);
    else if (wishes.length < most) wishes = [...wishes, id];
    else {
      refuse();
      return false;
    }
    return true;
  }

  function refuse() {
    const hearts = [...form.querySelectorAll("[aria-pressed=true] .heart")];
    for (const each of [status, ...hearts]) each.classList.remove("look");
    status.textContent = ""; // so that it is said again
    requestAnimationFrame(() => {
      status.textContent = status.dataset.full;
      status.classList.add("refused");
      for (const each of [status, ...hearts]) each.classList.add("look");
    });
  }

  form.addEventListener("submit", (event) => {
    const pressed = event.submitter?.value ?? "";
    if (pressed !== "surprise" && !pressed.startsWith("wish:")) return;
    event.preventDefault();
    status.classList.remove("refused");
    if (pressed === "surprise") wishes = [];
    else if (!tap(pressed.slice("wish:".length))) return;
    show();
  });
}
