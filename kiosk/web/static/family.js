// Counting without a round trip. Without this module each button sends the form, and the server counts.

const form = document.querySelector(".family");
const most = Number(form.dataset.most);
const cells = [...form.querySelectorAll(".cell")];
const locale = document.documentElement.lang;
const number = new Intl.NumberFormat(locale);
const total = form.querySelector(".total");
const picture = form.querySelector(".picture");
const print = form.querySelector(".print");
const by = form.elements.namedItem("by");
const ten = form.querySelector(".ten");
const DRAWN = 30;

const count = (cell) => Number(cell.querySelector("input").value);
const sum = () => cells.reduce((all, cell) => all + count(cell), 0);

function change(cell, step) {
  const others = sum() - count(cell);
  const next = Math.max(0, Math.min(count(cell) + step, most - others));
  cell.querySelector("input").value = next;
  show();
}

function show() {
  for (const cell of cells) {
    const here = count(cell);
    const fewer = cell.querySelector(".fewer");
    cell.classList.toggle("some", here > 0);
    cell.querySelector(".count").textContent = number.format(here);
    if (here === 0 && document.activeElement === fewer) cell.querySelector(".more").focus();
    fewer.disabled = here === 0;
  }
  const all = sum();
  const words = all === 0 ? total.dataset.none : all === 1 ? total.dataset.one : total.dataset.many;
  total.textContent = words.replace("{n}", number.format(all));
  print.disabled = all === 0;
  form.querySelector(".why-none").hidden = all > 0;
  form.querySelector(".why-some").hidden = all === 0;
  draw();
}

function draw() {
  const people = cells.flatMap((cell) => Array(Math.min(count(cell), DRAWN)).fill(cell.querySelector(".figure")));
  const wanted = people.slice(0, DRAWN).map((figure) => figure.cloneNode(true));
  const grown = wanted.length > picture.childElementCount;
  picture.replaceChildren(...wanted);
  picture.classList.toggle("crowd", wanted.length > 8);
  if (grown) wanted.at(-1)?.classList.add("new");
}

let sent = false;
form.addEventListener("submit", (event) => {
  const action = event.submitter?.value ?? "";
  const cell = event.submitter?.closest(".cell");
  if (cell) {
    event.preventDefault();
    change(cell, action.startsWith("more") ? Number(by.value) : -Number(by.value));
  } else if (action === "ten") {
    event.preventDefault();
    by.value = by.value === "1" ? "10" : "1";
    ten.setAttribute("aria-pressed", String(by.value !== "1"));
  } else if (sent) {
    event.preventDefault();
  } else {
    sent = true;
    form.classList.add("sent");
  }
});

window.addEventListener("pageshow", (event) => {
  sent = false;
  form.classList.remove("sent");
  if (event.persisted) location.reload();
});

show();
