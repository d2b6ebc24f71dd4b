// The digits of a count, typed without a round trip. Without this module each key sends the form.

export function enter(stage) {
  const form = stage.querySelector("#step");
  const typed = form.elements.namedItem("typed");
  const shown = form.querySelector(".typed-count");
  const most = Number(form.dataset.most);
  const number = new Intl.NumberFormat(document.documentElement.lang);

  function press(key) {
    const digits = key === "rub" ? typed.value.slice(0, -1) : (typed.value + key).replace(/^0+/, "").slice(0, form.dataset.digits);
    typed.value = Number(digits) > most ? String(most) : digits;
    shown.textContent = typed.value ? number.format(typed.value) : shown.dataset.none;
    shown.classList.toggle("some", typed.value !== "");
    form.querySelector(".ok").disabled = typed.value === "";
  }

  form.addEventListener("submit", (event) => {
    const key = (event.submitter?.value ?? "").replace("digit:", "");
    if (key !== "rub" && !/^[0-9]$/.test(key)) return;
    event.preventDefault();
    press(key);
  });
}
