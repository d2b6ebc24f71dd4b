// The letters of a badge, typed without a round trip. Without this module each key sends the form.

export function enter(stage, shell) {
  const form = stage.querySelector("form");
  const typed = form.elements.namedItem("typed");
  const places = [...form.querySelectorAll(".letter")];
  const keys = [...form.querySelectorAll(".key:not(.rub)")];
  const rub = form.querySelector(".rub");
  const wrong = form.querySelector(".wrong");

  function show() {
    const { length } = typed.value;
    for (const [at, place] of places.entries()) {
      place.textContent = typed.value[at] ?? "·";
      place.classList.toggle("next", at === length);
    }
    rub.disabled = length === 0;
    for (const key of keys) key.disabled = length === places.length;
  }

  form.addEventListener("submit", (event) => {
    const key = event.submitter?.value ?? "";
    event.preventDefault();
    if (key === "rub") typed.value = typed.value.slice(0, -1);
    else if (typed.value.length < places.length) typed.value += key;
    wrong.replaceChildren();
    show();
    if (rub.disabled && document.activeElement === document.body) keys[0].focus();
    if (typed.value.length === places.length && key !== "rub") shell.submit(form);
  });
}
