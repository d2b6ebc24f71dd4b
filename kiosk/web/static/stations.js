// How the stations are, asked every two seconds. Without this module the page reloads itself.

const main = document.querySelector("main");
const lost = document.getElementById("lost");
const rows = new Map([...main.querySelectorAll("[data-station]")].map((row) => [row.dataset.station, row]));
const EVERY_MS = 2000;
const PATIENCE_MS = 6000;
let heardAt = Date.now();

function show(row, told) {
  if (row.dataset.is !== told.state) row.dataset.is = told.state;
  const words = row.querySelector("[data-words]");
  if (words.textContent !== told.words) words.textContent = told.words;
  const passed = row.querySelector("[data-passed]");
  const when = passed.dataset.passed.replace("{clock}", told.passed);
  if (passed.textContent !== when) passed.textContent = when;
  passed.hidden = !told.passed;
}

async function ask() {
  try {
    const answer = await fetch(main.dataset.state, { signal: AbortSignal.timeout(EVERY_MS) });
    if (!answer.ok) throw new Error(String(answer.status));
    const stations = await answer.json();
    heardAt = Date.now();
    if (stations.length !== rows.size || stations.some((each) => !rows.has(each.id))) {
      location.reload();
      return;
    }
    for (const told of stations) show(rows.get(told.id), told);
  } catch {
    // told below
  }
  lost.hidden = Date.now() - heardAt <= PATIENCE_MS;
  setTimeout(ask, EVERY_MS);
}

setTimeout(ask, EVERY_MS);
