// The number of a nickname: by a pad of digits, or, where the numbers that are left are known, by the number itself.

export function pad(place) {
  const form = place.querySelector(".nick");
  const keys = form?.querySelector(".number-keys");
  if (!keys) return;
  const input = form.querySelector("#number");
  keys.hidden = false;
  if (form.dataset.pad === "keys") digits(keys, input);
  else numbers(form, keys, input);
}

function digits(keys, input) {
  input.inputMode = "none";
  const rub = key("⌫", () => (input.value = input.value.slice(0, -1)));
  rub.setAttribute("aria-label", keys.dataset.rub);
  const typed = [..."1234567890"].map((digit) => key(digit, () => (input.value = (input.value + digit).slice(0, input.maxLength))));
  keys.replaceChildren(...typed, rub);
}

function numbers(form, keys, input) {
  const line = input.closest(".number-line");
  const label = form.querySelector(".number label");
  line.hidden = true;
  label.hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.name !== "picture") return;
    label.hidden = false;
    const left = event.target.dataset.numbers.split(" ").filter(Boolean);
    keys.replaceChildren(...left.map((number) => key(number, () => {
      input.value = number;
      form.requestSubmit();
    })));
    keys.scrollIntoView({ block: "nearest" });
  });
}

function key(words, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}
