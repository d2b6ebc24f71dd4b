// At which side the rail stands, and which way each picture that says a direction is drawn: 1, or -1 where it is turned.
() => {
  const rail = document.getElementById("rail").getBoundingClientRect();
  const middle = { x: rail.left + rail.width / 2, y: rail.top + rail.height / 2 };
  const upright = innerHeight > innerWidth;
  const side = upright ? (middle.y > innerHeight / 2 ? "below" : "above") : middle.x > innerWidth / 2 ? "right" : "left";
  const arrows = [...document.querySelectorAll(":is(#rail, #stage) svg.turns, :is(#rail, #stage) .glyph.turns")];
  return [side, arrows.map((each) => new DOMMatrix(getComputedStyle(each).transform).a)];
}
