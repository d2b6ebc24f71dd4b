// Counting by thumb: the buttons beside each number. The rest is told by the event "input" of the number.

export const numbers = (form) => [...form.querySelectorAll(".n")];
export const total = (form) => numbers(form).reduce((all, input) => all + value(input), 0);

export function value(input) {
  return Math.max(0, Math.trunc(Number(input.value)) || 0);
}

export function put(input, count) {
  input.value = count || "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(input) {
  input.closest(".count-cell").classList.toggle("some", value(input) > 0);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".count-cell button");
  if (!button) return;
  const input = button.parentElement.querySelector(".n");
  const count = button.closest(".count");
  const others = total(count) - value(input);
  put(input, Math.max(0, Math.min(value(input) + Number(button.dataset.by), Number(count.dataset.most) - others)));
});
document.addEventListener("input", (event) => event.target.matches(".n") && mark(event.target));
document.addEventListener("focusin", (event) => event.target.matches(".n") && event.target.select());
