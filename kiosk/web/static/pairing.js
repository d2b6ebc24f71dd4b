// What becomes of a code that is shown, asked every second; and how long it still holds.

const main = document.querySelector("main");
const left = main.querySelector("[role=timer]");
const status = main.querySelector("[role=status] span");
const EVERY_MS = 1000;
const WAITING = "waiting";
let endsAt = Date.now() + 1000 * Number(main.dataset.left);

function count() {
  const seconds = Math.max(0, Math.round((endsAt - Date.now()) / 1000));
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const words = left.dataset.words.replace("{left}", clock);
  if (left.textContent !== words) left.textContent = words;
}

function end(state, words) {
  main.dataset.is = state;
  status.textContent = words;
  for (const open of main.querySelectorAll(".invite-code, .invite-open")) open.remove();
  main.querySelector(".invite-again").hidden = false;
}

async function ask() {
  try {
    const answer = await fetch(main.dataset.state, { signal: AbortSignal.timeout(2 * EVERY_MS) });
    if (answer.ok) {
      const told = await answer.json();
      if (told.code !== main.dataset.code) {
        location.reload();
        return;
      }
      if (told.state !== WAITING) {
        end(told.state, told.words);
        return;
      }
      endsAt = Date.now() + 1000 * told.left_s;
    } else if (answer.status === 404) {
      location.replace("/stations"); // the hub has started again, and knows of no code
      return;
    }
  } catch {
    // the hub is away: the clock goes on
  }
  count();
  setTimeout(ask, EVERY_MS);
}

if (main.dataset.is === WAITING) setTimeout(ask, EVERY_MS);
