// A passphrase of several words is long to type unseen: who is alone may look at it.

for (const label of document.querySelectorAll(".reveal")) {
  const box = label.querySelector("input");
  const fields = label.closest("form").querySelectorAll("input[type=password]");
  label.hidden = false;
  box.addEventListener("change", () => fields.forEach((field) => (field.type = box.checked ? "text" : "password")));
  label.closest("form").addEventListener("submit", () => fields.forEach((field) => (field.type = "password")));
}
