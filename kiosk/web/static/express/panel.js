// Pages of one family, of a badge, of a nickname, laid over the desk: what their links and forms give is shown there.

import { Away, Login, ask } from "./hub.js";
import { look } from "./live.js";
import { isAway, say, wantsLogin } from "./notice.js";
import { pad } from "./pad.js";

const panel = document.getElementById("panel");
const content = document.getElementById("panel-content");
let busy = false;

export async function open(address, options = {}, { quiet = false } = {}) {
  if (busy) return;
  busy = true;
  panel.setAttribute("aria-busy", "true");
  try {
    const { ok, body } = await ask(address, { ...options, headers: { Accept: "text/html" } });
    show(new DOMParser().parseFromString(body, "text/html"), quiet && ok);
  } catch (error) {
    if (error instanceof Login) {
      wantsLogin(error.address);
      panel.close();
    } else if (error instanceof Away) {
      isAway(true);
      panel.close();
    } else throw error;
  } finally {
    busy = false;
    panel.removeAttribute("aria-busy");
  }
}

export const post = (form, submitter, more) =>
  open(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, submitter)) }, more);

export const close = () => panel.close();

function show(page, quiet) {
  const found = page.getElementById("content");
  if (!found || quiet) {
    say((page.querySelector("#content .done p, #said") ?? page.querySelector("h1")).textContent);
    if (panel.open) panel.close();
    look();
    return;
  }
  content.replaceChildren(...found.childNodes);
  if (!panel.open) panel.showModal();
  panel.scrollTop = 0;
  pad(content);
  content.querySelector("#panel-title")?.focus();
  look();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !("panel" in form.dataset)) return;
  event.preventDefault();
  if (form.method === "get") open(`${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`);
  else post(form, event.submitter, { quiet: form.closest(".entries") !== null });
});

panel.addEventListener("close", () => content.replaceChildren());
