// After a silence the screen goes back to the start, for the next family. It says so first, and waits.

const box = document.querySelector(".silence");
const end = document.getElementById("end");

if (box && end) {
  const afterS = Number(box.dataset.afterS);
  const countS = Number(box.dataset.countS);
  const shown = box.querySelector(".silence-count");
  const here = box.querySelector("button");
  let heardAt = Date.now();
  let before = null;
  let ended = false;

  const stay = () => {
    heardAt = Date.now();
    if (!box.hidden) {
      box.hidden = true;
      before?.focus();
    }
  };
  const look = () => {
    if (ended) return;
    const silentS = (Date.now() - heardAt) / 1000;
    const leftS = Math.ceil(afterS + countS - silentS);
    if (leftS <= 0) {
      ended = true;
      end.requestSubmit();
    } else if (silentS >= afterS) {
      shown.textContent = leftS;
      if (box.hidden) {
        before = document.activeElement;
        box.hidden = false;
        here.focus();
      }
    }
  };
  for (const kind of ["pointerdown", "keydown", "ronde:news"]) document.addEventListener(kind, stay, true);
  setInterval(look, 250);
}
