// Where there are many ateliers: those whose names hold what is typed.

const field = document.getElementById("sift");
const told = document.getElementById("sifted");
const SETTLE_MS = 500; // nobody is told of each letter
let telling = 0;

const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

if (field) {
  const ateliers = [...document.querySelectorAll(".atelier")].map((each) => [each, plain(each.querySelector("h3").textContent)]);
  const sift = () => {
    const wanted = plain(field.value).split(/\s+/);
    let found = 0;
    for (const [each, name] of ateliers) {
      each.hidden = !wanted.every((word) => name.includes(word));
      found += !each.hidden;
    }
    clearTimeout(telling);
    telling = setTimeout(() => (told.textContent = field.value ? told.dataset.words.replace("{n}", found) : ""), SETTLE_MS);
  };
  field.parentElement.hidden = false;
  field.addEventListener("input", sift);
  sift(); // a browser that comes back to the page may have kept what was typed
}
