// What an animator's screen shows, as JSON. As firmware/wire/screen.py, so that one page draws it everywhere.

import { BATCH, SESSION, said as words } from "./plan.js";
import { VERSION } from "./schema.js";

export const [KEPT, REPEAT, UNDONE, REFUSED, NOTHING] = ["kept", "repeat", "undone", "refused", "nothing"];

/** The large buttons of this atelier. */
export function buttons(plan) {
  if (plan.kind === BATCH || plan.kind === SESSION) return ["start", "done"];
  return plan.queues ? ["next", "done"] : ["done"];
}

/** "Chat 7"; for a badge that the hub has not told of, its last letters. `cards`: a Map by badge. */
export function face(plan, cards, badge) {
  const card = cards.get(badge);
  if (!card) return words(plan, "unknown_badge", { letters: badge.slice(-4) });
  return words(plan, "common.nickname", { picture: words(plan, `picture.${card.picture}`), number: card.number });
}

/** What these passages of one press or scan come to, in words. */
export function said(plan, cards, passages, tone, atMs) {
  const kinds = [...new Set(passages.map((passage) => passage.kind))];
  const lines = kinds.map((kind) => {
    const alike = passages.filter((passage) => passage.kind === kind);
    const faces = alike.filter((one) => one.badge).map((one) => face(plan, cards, one.badge));
    const who = [...new Set(faces)].join(", ");
    const by = alike.find((one) => one.by !== undefined && one.by !== null)?.by ?? 0;
    const key = `said.${tone === REPEAT ? REPEAT : kind}`;
    return words(plan, key, { who, by: by < 0 ? String(by) : `+${by}` });
  });
  return { words: lines.join(" · "), tone, at_ms: atMs };
}

/** All that the page draws. `refs`: what the page names each badge by, a Map of all that are at the booth. */
export function state(plan, digest, here, cards, refs, more) {
  const upcoming = plan.times_ms.filter((atMs) => atMs + plan.minutes * 60_000 > more.now_ms);
  const party = (one) => {
    const card = cards.get(one.badge);
    return {
      ref: refs.get(one.badge),
      face: face(plan, cards, one.badge),
      picture: card ? card.picture : "",
      number: card ? card.number : null,
      people: card ? card.people : null,
      takers: one.takers,
      since_ms: one.since_ms,
      estimated: one.estimated,
    };
  };
  return {
    v: VERSION,
    plan: digest,
    at_ms: more.now_ms,
    status: more.status,
    places: plan.places,
    free: here.free,
    waiting: here.waiting.map(party),
    called: here.called.map(party),
    inside: here.inside.map(party),
    buttons: buttons(plan),
    can_undo: more.can_undo ?? false,
    may_act: more.may_act ?? true,
    said: more.said ?? null,
    told: more.told ?? [],
    hub: more.hub ?? true,
    backlog: more.backlog ?? 0,
    trouble: more.trouble ?? "",
    clock_estimated: more.clock_estimated ?? false,
    scanners: more.scanners ?? [],
    announcements: (more.announcements ?? []).filter((one) => more.now_ms < one.until_ms),
    next_session_ms: plan.kind === SESSION && upcoming.length ? Math.min(...upcoming) : null,
  };
}
