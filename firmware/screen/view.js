// The animator's screen: draws a state, and tells what was pressed. Knows of no server.

import { Acts } from "./acts.js";
import { Announced, AnnouncedPanel, standing } from "./announced.js";
import { element, mark, write } from "./element.js";
import { Header, session } from "./header.js";
import { CALLED, INSIDE, Lane, WAITING, dealt } from "./lane.js";
import { Pad } from "./pad.js";
import { ConditionPanel, ConfirmPanel, LanePanel, LastPanel, PartyPanel } from "./panels.js";
import { sign } from "./shapes.js";
import { Strip } from "./strip.js";
import { Words } from "./words.js";

const PATIENCE_MS = 5000; // for an answer to a press
const AGAIN_MS = 700; // a press that comes sooner after the same one is its echo
const TICK_MS = 1000;
const MOST_PIPS = 10;

/**
 * Draws into `root`. Call `plan(plan)` first, then `show(state)` as often as there is news, and `age({lost, ms})` with
 * how old the news is.
 *
 * `press(act, details)` is called for what is pressed, and promises {ok: true, said} or {ok: false, error}: `said` as
 * in a state, or null where there was nothing to be done; `error` in words, or empty where nobody knows whether it was
 * done. `tools`: further small buttons, {act, sign, label, title, press()}.
 */
export class View {
  #press;
  #root;
  #state = null;
  #words = null;
  #shownAt = 0;
  #shownWall = 0;
  #lost = false;
  #busy = new Set();
  #parties = [];

  constructor(root, { press, tools = [] }) {
    this.#press = press;
    this.#root = root;
    const act = (name, details) => this.press(name, details);
    this.#header = new Header({ open: () => this.#open(this.#condition) });
    this.#announced = new Announced({ open: () => this.#open(this.#allAnnounced) });
    this.#strip = new Strip({ open: () => this.#open(this.#lately) });
    this.#acts = new Acts({ press: act, confirm: () => this.#confirm.open(), type: () => this.#pad.open(), tools });
    this.#party = new PartyPanel(act);
    this.#confirm = new ConfirmPanel(act);
    this.#pad = new Pad((badge) => this.press("scan", { badge }));
    const about = (party) => this.#party.about(party, this.#state.may_act, this.now());
    this.#everybody = [new LanePanel("here-all", about), new LanePanel("waiting-all", about)];
    const all = (at) => () => this.#open(this.#everybody[at]);
    this.#lanes = [new Lane({ open: about, all: all(0) }), new Lane({ open: about, all: all(1), first: true })];
    this.#build();
  }

  #header;
  #announced;
  #strip;
  #acts;
  #lanes;
  #everybody;
  #party;
  #confirm;
  #pad;
  #condition = new ConditionPanel();
  #lately = new LastPanel();
  #allAnnounced = new AnnouncedPanel();
  #titles = [element("h2"), element("h2")];
  #counts = [element("span", { class: "places" }), element("span", { class: "count" })];
  #pips = element("span", { class: "pips", "aria-hidden": "true" });
  #free = element("span");
  #floor = element("div", { class: "floor" });
  #lostSince = element("b");
  #lostMore = element("span");
  #alarm = element("div", { class: "lost", role: "alert", hidden: "" });
  #main = element("main", { class: "page" });

  get #panels() {
    return [...this.#everybody, this.#party, this.#confirm, this.#pad, this.#condition, this.#lately, this.#allAnnounced];
  }

  /** The moment of the hub's time, as far as the last state tells it. It stands still while the news is old. */
  now() {
    return this.#state.at_ms + (this.#lost ? 0 : performance.now() - this.#shownAt);
  }

  /** What is announced now. That goes on by the clocks of this device, however old the news is. */
  get announcements() {
    const passedMs = Math.max(performance.now() - this.#shownAt, Date.now() - this.#shownWall);
    return standing(this.#state.announcements, this.#state.at_ms + passedMs);
  }

  plan(plan) {
    const words = (this.#words = new Words(plan));
    mark(document.documentElement, "lang", words.language);
    mark(document.documentElement, "dir", words.direction);
    document.title = `${plan.name} · Ronde`;
    this.#header.plan(plan);
    this.#strip.plan(words);
    this.#announced.plan(words);
    for (const panel of this.#panels) panel.plan(words);
    ["here", "waiting"].forEach((key, at) => write(this.#titles[at], words.text(key)));
  }

  show(state) {
    this.#state = state;
    this.#shownAt = performance.now();
    this.#shownWall = Date.now();
    if (!this.#main.isConnected) this.#root.replaceChildren(this.#main, ...this.#panels.map((panel) => panel.node));
    this.#parties = this.#named(state);
    const focused = this.#main.contains(document.activeElement) ? document.activeElement : null;
    mark(this.#root, "data-status", state.status);
    this.#strip.show(state);
    this.#draw();
    this.#keepFocus(focused);
  }

  /** `lost`: what is shown is old, by `ms`. */
  age({ lost, ms }) {
    if (!this.#state) return;
    if (lost) {
      write(this.#lostSince, this.#words.text("page.lost", { since: this.#words.age(ms) }));
      write(this.#lostMore, this.#words.text("page.old", { clock: this.#words.clock(this.#state.at_ms) }));
    }
    if (lost === this.#lost) return;
    this.#lost = lost;
    mark(this.#root, "data-lost", lost);
    mark(this.#alarm, "hidden", lost ? null : "");
    mark(this.#strip.node, "hidden", lost ? "" : null);
    this.#draw();
  }

  /** As if the button of this act were pressed. Answers as `press` of the constructor does. */
  async press(act, asked = {}) {
    const details = { form: named(), ...asked }; // what is tried again has the same name, and is done once
    const key = busyKey(act, details);
    if (this.#busy.has(key) || this.#lost || !this.#state?.may_act) return { ok: false, error: "" };
    this.#busy.add(key);
    this.#drawActs();
    const echo = act === "scan" ? Promise.resolve() : after(AGAIN_MS); // the pad has its own way to send once
    const answer = await Promise.race([
      this.#press(act, details),
      after(PATIENCE_MS).then(() => ({ ok: false, error: "" })),
    ]);
    if (answer.ok) {
      const nothing = { words: this.#words.text("refused.nothing"), tone: "nothing", at_ms: this.now() };
      this.#strip.answered(answer.said ?? nothing);
    } else if (act !== "scan") {
      const retry = () => this.press(act, details);
      this.#strip.failed(answer.error || this.#words.text("failed"), this.now(), retry);
    }
    this.#lately.show(this.#strip.said, this.#strip.advice);
    (answer.ok ? echo : Promise.resolve()).then(() => {
      this.#busy.delete(key);
      this.#drawActs();
    });
    return answer;
  }

  #build() {
    this.#counts[0].append(this.#pips, this.#free);
    const sections = this.#lanes.map((lane, at) => {
      const heading = element("div", { class: "heading" }, this.#titles[at], this.#counts[at]);
      return element("section", { class: at ? "waiting" : "here" }, heading, lane.node);
    });
    this.#floor.append(...sections);
    this.#alarm.append(sign("away"), element("p", {}, this.#lostSince, this.#lostMore));
    this.#header.node.append(this.#announced.node);
    this.#main.append(this.#header.node, this.#alarm, this.#strip.node, this.#floor, this.#acts.node, this.#announced.live);
    new ResizeObserver(() => this.#state && this.#fit()).observe(this.#floor);
    setInterval(() => this.#state && !document.hidden && this.#tick(), TICK_MS);
  }

  /** Each party with where it is, and a name of its own: strangers are told of nobody in particular. */
  #named(state) {
    return [CALLED, INSIDE, WAITING].flatMap((at) =>
      state[at].map((party, place) => ({
        ...party,
        state: at,
        key: party.ref || `${at}-${place}`,
        face: party.face || this.#words.text("someone"),
      })),
    );
  }

  #draw() {
    const [state, words] = [this.#state, this.#words];
    const here = this.#parties.filter((party) => party.state !== WAITING);
    const waiting = this.#parties.filter((party) => party.state === WAITING);
    this.#header.show(state, words);
    this.#announced.show(this.announcements);
    this.#lanes[0].show(here, words.text("here.none"), words);
    this.#lanes[1].show(waiting, words.text("waiting.none"), words);
    const queues = words.plan.queues || waiting.length > 0;
    mark(this.#floor.lastElementChild, "hidden", queues ? null : "");
    this.#places(state, words);
    write(this.#counts[1], waiting.length ? String(waiting.length) : "");
    this.#drawActs();
    this.#fit();
    this.#tick();
  }

  #drawActs() {
    this.#acts.show(this.#state, this.#words, {
      busy: (act, details) => this.#busy.has(busyKey(act, details)),
      lost: this.#lost,
    });
  }

  #places({ places, free }, words) {
    write(this.#free, free > 0 ? words.text("free", { count: free }) : words.text("free.none"));
    mark(this.#counts[0], "data-full", free === 0);
    const count = places <= MOST_PIPS ? places : 0;
    while (this.#pips.childElementCount > count) this.#pips.lastElementChild.remove();
    while (this.#pips.childElementCount < count) this.#pips.append(element("i"));
    [...this.#pips.children].forEach((pip, at) => mark(pip, "data-taken", at < places - free));
  }

  /** As many cards as there is room for, in whole rows. */
  #fit() {
    const sections = [...this.#floor.children].filter((section) => !section.hidden);
    const style = getComputedStyle(this.#floor);
    const [cell, row, highest, gap] = ["--cell", "--row", "--row-highest", "--gap"].map((name) =>
      Number.parseFloat(style.getPropertyValue(name)),
    );
    const columns = Math.max(1, Math.floor((this.#floor.clientWidth + gap) / (cell + gap)));
    const headings = sections.reduce((sum, section) => sum + section.firstElementChild.offsetHeight, 0);
    const room = this.#floor.clientHeight - headings - (2 * sections.length - 1) * gap;
    const most = Math.max(sections.length, Math.floor((room + gap) / (row + gap)));
    const lanes = this.#lanes.slice(0, sections.length);
    const rows = dealt(most, lanes.map((lane) => lane.needs(columns)));
    const used = rows.reduce((sum, count) => sum + count, 0);
    const inner = used - rows.length; // gaps between rows of one lane
    const height = Math.max(row, Math.min(highest, Math.floor((room - inner * gap) / used)));
    this.#lay("--row-now", `${height}px`);
    this.#lay("--columns", String(columns));
    lanes.forEach((lane, at) => lane.fit(columns, rows[at]));
  }

  #lay(name, value) {
    if (this.#floor.style.getPropertyValue(name) !== value) this.#floor.style.setProperty(name, value);
  }

  #tick() {
    const now = this.now();
    this.#header.tick(now, this.#state, this.#words);
    this.#strip.tick(now);
    for (const lane of this.#lanes) lane.tick(now);
    this.#everybody.forEach((panel, at) => {
      const key = at ? "waiting" : "here";
      panel.show(this.#words.text(key), this.#lanes[at].parties, this.#words.text(`${key}.none`), now);
    });
    this.#party.show(this.#parties, this.#state.may_act, now);
    this.#condition.show(this.#state, session(now, this.#state, this.#words));
    this.#lately.show(this.#strip.said, this.#strip.advice);
    const announced = this.announcements;
    if (this.#announced.show(announced)) this.#fit();
    this.#allAnnounced.show(announced);
  }

  #open(panel) {
    panel.open();
    this.#tick();
  }

  /** Who was at a card stays there, wherever it went; where it is gone, at the buttons. */
  #keepFocus(focused) {
    if (!focused || document.activeElement === focused) return;
    const { key } = focused.dataset;
    const found = key && this.#lanes.map((lane) => lane.find(key)).find(Boolean);
    if (found) found.focus({ preventScroll: true });
    else if (focused.isConnected) focused.focus({ preventScroll: true });
    else this.#acts.focus();
  }
}

const busyKey = (act, { ref, badge, by } = {}) => `${act} ${ref ?? badge ?? ""} ${by ?? ""}`;
const named = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
