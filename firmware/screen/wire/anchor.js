// Time without trust in a clock: what the boot's milliseconds mean at the hub. As firmware/wire/anchor.py.

export const MOST_IN_A_BATCH = 64;

const offset = (anchor) => anchor.hub_ms - anchor.boot_ms;

/** The hub's time at `bootMs` of `boot`: {at_ms, error_ms}, or null where that boot has no anchor. */
export function hubTime(boot, bootMs, anchors) {
  const own = anchors.filter((each) => each.boot === boot).sort((one, other) => one.boot_ms - other.boot_ms);
  const before = own.filter((each) => each.boot_ms <= bootMs);
  const after = own.filter((each) => each.boot_ms > bootMs);
  if (before.length && after.length) {
    const [low, high] = [before.at(-1), after[0]];
    const share = (bootMs - low.boot_ms) / (high.boot_ms - low.boot_ms);
    const moved = offset(low) + toEven(share * (offset(high) - offset(low)));
    return { at_ms: bootMs + moved, error_ms: Math.max(low.error_ms, high.error_ms) };
  }
  const nearest = before.at(-1) ?? after[0];
  return nearest ? { at_ms: bootMs + offset(nearest), error_ms: nearest.error_ms } : null;
}

/**
 * The moments of consecutive passages of one log: never running backwards, never later than now. An `error_ms` of null
 * is an estimate. `notBeforeMs`: the moment of the passage before them, or null.
 */
export function date(passages, anchors, notBeforeMs, notAfterMs) {
  const exact = passages.map((passage) => hubTime(passage.boot, passage.boot_ms, anchors));
  const ceilings = [];
  let ceiling = notAfterMs;
  for (let at = passages.length - 1; at >= 0; at -= 1) {
    if (exact[at]) ceiling = Math.min(ceiling, exact[at].at_ms);
    ceilings[at] = ceiling;
  }
  let floor = notBeforeMs;
  return passages.map((passage, at) => {
    const moment = exact[at] ?? { at_ms: Math.min(passage.wall_ms, ceilings[at]), error_ms: null };
    let atMs = Math.min(moment.at_ms, notAfterMs);
    if (floor !== null) atMs = Math.max(atMs, floor);
    floor = atMs;
    return { at_ms: atMs, error_ms: moment.error_ms };
  });
}

/** Rounded as Python does: halves to the even neighbour. */
function toEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value) + 0;
  return below % 2 === 0 ? below : below + 1;
}
