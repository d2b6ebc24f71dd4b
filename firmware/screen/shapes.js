// Drawings: those that the plan brings (pictures of parties, the icon of the atelier), and the signs of this page.

const SVG = "http://www.w3.org/2000/svg";

// Lines on a square of 24, drawn with a pen.
const SIGNS = {
  next: "M5 5l7 7-7 7M13 5l7 7-7 7",
  start: "M8 4.500l11.500 7.500L8 19.500z",
  done: "M4 12.500l5.500 5.500L20 6.500",
  pause: "M8.500 5v14M15.500 5v14",
  resume: "M8 4.500l11.500 7.500L8 19.500z",
  close: "M5 11h14v9.500H5zM8 11V7.500a4 4 0 0 1 8 0V11",
  open: "M5 11h14v9.500H5zM8 11V7.500a4 4 0 0 1 7.700-1.500",
  undo: "M8.500 4.500L4 9l4.500 4.500M4 9h10a5.500 5.500 0 0 1 0 11h-4",
  type: "M5 5h.01M12 5h.01M19 5h.01M5 12h.01M12 12h.01M19 12h.01M5 19h.01M12 19h.01M19 19h.01",
  rub: "M9 5h12v14H9l-6.500-7zM12.500 9.500l5 5M17.500 9.500l-5 5",
  back: "M20 12H5M11 5.500L4.500 12l6.500 6.500",
  sooner: "M12 3.500a8.500 8.500 0 1 0 0 17a8.500 8.500 0 0 0 0-17M8 12h8",
  later: "M12 3.500a8.500 8.500 0 1 0 0 17a8.500 8.500 0 0 0 0-17M8 12h8M12 8v8",
  clock: "M12 3.500a8.500 8.500 0 1 0 0 17a8.500 8.500 0 0 0 0-17M12 7.500V12l3.500 2.500",
  call: "M6 16.500v-6a6 6 0 0 1 12 0v6l1.500 1.500h-15zM10.500 21h3",
  enter: "M14 4h5.500v16H14M4 12h10.500M10 7.500l4.500 4.500-4.500 4.500",
  leave: "M10 4H4.500v16H10M9.500 12H20M15.500 7.500L20 12l-4.500 4.500",
  absent: "M10 4a3.800 3.800 0 1 0 0 7.600a3.800 3.800 0 0 0 0-7.600M2.500 20.500a7.500 7.500 0 0 1 12-6M16.500 15.500l5 5M21.500 15.500l-5 5",
  person: "M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8M4.500 20.500a7.500 7.500 0 0 1 15 0",
  kept: "M4 12.500l5.500 5.500L20 6.500",
  repeat: "M2 12.500l5 5L16 7M13.500 16l2 1.500L23 8",
  undone: "M8.500 4.500L4 9l4.500 4.500M4 9h10a5.500 5.500 0 0 1 0 11h-4",
  refused: "M6 6l12 12M18 6L6 18",
  nothing: "M5 12h14",
  announced: "M3.500 10v4h3.500l8.500 4.500v-13L7 10zM18.500 9.500a4 4 0 0 1 0 5M8 14.500l1.500 5",
  away: "M3 9.500a13 13 0 0 1 18 0M6.500 13a8 8 0 0 1 11 0M10 16.500a3 3 0 0 1 4 0M12 20h.01M4 3l16 18",
  backlog: "M12 20V5M6 10.500L12 4.500l6 6",
  scanner: "M4 8.500V5h3.500M16.500 5H20v3.500M20 15.500V19h-3.500M7.500 19H4v-3.500M4 12h16",
  trouble: "M12 4L2.500 20h19zM12 10v4.500M12 17.200h.01",
  eye: "M2 12c3-5 6.500-7 10-7s7 2 10 7c-3 5-6.500 7-10 7s-7-2-10-7zM12 9a3 3 0 1 0 0 6a3 3 0 0 0 0-6",
};
const TURNING = new Set(["announced", "next", "start", "resume", "undo", "undone", "rub", "back", "enter", "leave"]);

/** A drawing of the plan: its view box and its paths. */
export function drawing([box, paths], kind = "glyph") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", kind);
  svg.setAttribute("viewBox", box);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  for (const path of paths) {
    const drawn = document.createElementNS(SVG, "path");
    drawn.setAttribute("d", path);
    svg.append(drawn);
  }
  return svg;
}

/** One of this page's signs. */
export function sign(name) {
  const svg = drawing(["0 0 24 24", [SIGNS[name] ?? SIGNS.nothing]], TURNING.has(name) ? "sign turns" : "sign");
  svg.dataset.sign = name;
  return svg;
}
