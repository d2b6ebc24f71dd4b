// What the scanner at the door reads: the hub says that there is something, and the page sends the hub's own reference
// back, as a form that the shell takes like any other. The badge itself never comes here.

const AGAIN_MS = 2_000;
const STALE_MS = 6_000;

let pending = null;

function send() {
  if (!pending || document.body.classList.contains("asking")) return;
  const { reference, at } = pending;
  pending = null;
  if (Date.now() - at > STALE_MS) return;
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/door/scanned";
  form.hidden = true;
  form.dataset.aside = "";
  const language = document.getElementById("stage").dataset.shown ?? "";
  for (const [name, value] of Object.entries({ reference, page: location.pathname + location.search, language })) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.requestSubmit();
  form.remove();
}

function listen() {
  const events = new EventSource("/door/events");
  events.addEventListener("scan", (event) => {
    pending = { reference: JSON.parse(event.data).reference, at: Date.now() };
    send();
  });
  events.addEventListener("said", (event) => {
    document.dispatchEvent(new CustomEvent("ronde:said", { detail: JSON.parse(event.data).digest }));
  });
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, AGAIN_MS);
  });
}

document.addEventListener("door:entered", send);
listen();
