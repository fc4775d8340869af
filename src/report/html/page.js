
/* The page: figures that a reader says, the table, the sections, light and dark. What is not said stays as the program computed it. */

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

/** What a reader says for the whole report, and for one case alone; null is as assumed. */
const whole = { w: null, c: null };
const alone = new Map();

const figuresOf = (number) => ({ w: whole.w, h: null, c: whole.c, P: null, ...alone.get(number) });
const isSaid = (figures) => Object.values(figures).some((value) => value !== null);

/** Draws of the cases that were looked at last; more would fill the memory. */
const KEPT = 40;
const drawn = new Map();

function trialsOf(number) {
  const trials = drawn.get(number) || new Trials(seedsOf(data, data.cases[number]), data.draws);
  drawn.delete(number);
  drawn.set(number, trials);
  if (drawn.size > KEPT) drawn.delete(drawn.keys().next().value);
  return trials;
}

const hasModel = (number) => data.cases[number].offers !== undefined;
const judgedCase = (number) => judged(data, data.cases[number], figuresOf(number), trialsOf(number));

/* Scales of sliders: a thousand steps from nothing to the most, even or by powers of ten. */

const STEPS = 1000;

const evenly = (most) => ({
  cost: (step) => Number(((step / STEPS) * most).toPrecision(3)),
  step: (cost) => Math.round((Math.min(cost, most) / most) * STEPS),
});

/** The scale of the bars above the table: from 100 to 300,000 by powers of ten, nothing at the left end. */
const powers = (least, most) => ({
  cost: (step) => (step <= 0 ? 0 : Number((least * (most / least) ** (step / STEPS)).toPrecision(2))),
  step: (cost) => (cost <= least ? (cost > 0 ? 1 : 0) : Math.round((Math.log(Math.min(cost, most) / least) / Math.log(most / least)) * STEPS)),
});

const DOWNTIME = powers(100, 300000);

/** Where the slider waits while nothing is said: the likely cost that is assumed then. */
const ASSUMED_COST = 500;

/** A slider with a field for the exact figure: `show` sets both, `tell` hears of every change. */
function slider(range, field, scale, tell) {
  const show = (value, otherwise) => {
    range.value = scale.step(value === null ? otherwise : value);
    range.setAttribute("aria-valuetext", value === null ? "as assumed" : amount(value));
    range.classList.toggle("unset", value === null);
    if (document.activeElement !== field) field.value = value === null ? "" : String(value);
  };
  range.addEventListener("input", () => tell(scale.cost(Number(range.value))));
  field.addEventListener("input", () => tell(field.value === "" ? null : Math.max(Number(field.value), 0)));
  return show;
}

/* The table: search, filter, order, and as many rows as a screen bears. */

const PAGE = 100;
const rows = [...document.querySelectorAll("tr[data-case]")].map((row) => ({
  row,
  number: Number(row.dataset.case),
  text: row.textContent.toLowerCase(),
  state: row.dataset.state,
  said: null,
}));
const listing = { search: "", filter: "open", column: null, descending: false, most: PAGE };

const FILTERS = {
  open: (entry) => entry.state !== "free" || data.cases[entry.number].ended,
  act: (entry) => entry.state === "act",
  pays: (entry) => entry.state === "pays",
  decides: (entry) => entry.state === "decides",
  free: (entry) => entry.state === "free",
  all: () => true,
};

function list() {
  const wanted = rows.filter((entry) => FILTERS[listing.filter](entry) && entry.text.includes(listing.search));
  const shown = new Set(wanted.slice(0, listing.most));
  for (const entry of rows) entry.row.hidden = !shown.has(entry);
  const more = wanted.length - shown.size;
  byId("more-rows").hidden = more <= 0;
  byId("more-rows").textContent = `Show ${amount(Math.min(more, PAGE))} more`;
  byId("listed").textContent = `${amount(shown.size)} of ${amount(rows.length)} cases shown`;
  soon();
}

/** What a cell is ordered by: a day, an amount, else its words. */
function sortKey(cell) {
  const words = cell.textContent.trim().toLowerCase();
  if (!cell.classList.contains("figure") && !cell.classList.contains("until")) return words;
  const found = words.match(/\d{4}-\d\d-\d\d/) || words.replace(/,/g, "").match(/\d+/);
  if (found === null) return cell.classList.contains("until") ? "9999" : -1;
  return cell.classList.contains("until") ? found[0] : Number(found[0]);
}

function sortBy(column, heading) {
  listing.descending = listing.column === column && !listing.descending;
  listing.column = column;
  for (const other of heading.parentElement.children) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", listing.descending ? "descending" : "ascending");
  const direction = listing.descending ? -1 : 1;
  const keyed = rows.map((entry) => [sortKey(entry.row.cells[column]), entry]);
  keyed.sort(([a], [b]) => direction * (typeof a === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0));
  rows.splice(0, rows.length, ...keyed.map(([, entry]) => entry));
  byId("rows").append(...rows.map((entry) => entry.row));
  list();
}

function startTable() {
  if (rows.length === 0) return;
  for (const [column, heading] of [...byId("rows").parentElement.tHead.rows[0].cells].entries()) {
    heading.replaceChildren(el("button", { type: "button", class: "sort", click: () => sortBy(column, heading) }, heading.textContent));
  }
  byId("search").addEventListener("input", (event) => {
    Object.assign(listing, { search: event.target.value.trim().toLowerCase(), most: PAGE });
    list();
  });
  byId("filter").addEventListener("change", (event) => {
    Object.assign(listing, { filter: event.target.value, most: PAGE });
    list();
  });
  byId("more-rows").addEventListener("click", () => {
    listing.most += PAGE;
    list();
  });
  byId("tools").hidden = false;
  // The tools name the table on their own line, and leave the screen to its rows.
  byId("rows").parentElement.caption.classList.add("unseen");
  list();
}

/* Verdicts of the rows that show: computed a few at a time, so that the slider never waits for them. */

let queue = [];
let waiting = null;

/** Asks for the verdicts of all rows that show and do not have the one of the present figures. */
function soon() {
  queue = rows.filter((entry) => !entry.row.hidden && hasModel(entry.number));
  if (waiting === null) waiting = setTimeout(work, 60);
}

function work() {
  const until = performance.now() + 30;
  while (queue.length > 0 && performance.now() < until) judgeRow(queue.shift());
  waiting = queue.length > 0 ? setTimeout(work, 0) : null;
  if (waiting === null) count();
}

function judgeRow(entry) {
  const figures = figuresOf(entry.number);
  const key = JSON.stringify(figures);
  if (entry.said === key || (entry.said === null && !isSaid(figures))) return;
  entry.said = key;
  const one = data.cases[entry.number];
  const said = judgedCase(entry.number);
  entry.state = stateOf(said);
  entry.row.dataset.state = entry.state;
  const cells = [".said", ".figure", ".step"].map((name) => entry.row.querySelector(name));
  if (entry.asAssumed === undefined) entry.asAssumed = cells.map((cell) => [...cell.childNodes]);
  const words = [verdictOf(said, one), [worth(said)], [nextStep(said, one.ended, data.texts[one.way])]];
  const shown = isSaid(figures) ? words : entry.asAssumed;
  cells.forEach((cell, place) => cell.replaceChildren(...shown[place]));
}

function verdictOf(said, one) {
  const words = el("span", { class: `verdict ${said.word}` }, sentence(said, one.ended));
  return said.ifExposed ? [words, ". ", el("span", { class: "exposed" }, "Must act if it is on the internet.")] : [words];
}

/** How many rows stand where, for whoever cannot see them turn. */
function count() {
  // Nothing turns where nothing can be set.
  if (byId("turned") === null) return;
  const of = (state) => rows.filter((entry) => entry.state === state && !entry.row.hidden).length;
  const words = [[of("pays"), "support pays"], [of("decides"), "a figure decides"], [of("free"), "a free way is enough"], [of("act"), "act"]];
  const told = words.filter(([number]) => number > 0).map(([number, state]) => `${state}: ${amount(number)}`);
  byId("turned").textContent = `Of the cases shown: ${told.join(", ")}.`;
}

/* The figures for the whole report. */

function startFigures() {
  if (!rows.some((entry) => hasModel(entry.number))) return;
  const show = slider(byId("hour-down"), byId("hour-down-exact"), DOWNTIME, (cost) => say({ c: cost }));
  const staff = byId("staff");
  const say = (change) => {
    Object.assign(whole, change);
    show(whole.c, ASSUMED_COST);
    byId("as-assumed").disabled = !isSaid(whole);
    tell();
    soon();
    for (const number of opened.keys()) later(number);
  };
  staff.addEventListener("input", () => say({ w: staff.value === "" ? null : Math.max(Number(staff.value), 0) }));
  for (const preset of document.querySelectorAll("[data-cost]")) {
    preset.addEventListener("click", () => say({ c: Number(preset.dataset.cost) }));
  }
  byId("as-assumed").addEventListener("click", () => {
    staff.value = "";
    say({ c: null, w: null });
  });
  byId("controls").hidden = false;
  say({});
}

/** Where the slider stands among the bars, and what to type so that the program says the same. */
function tell() {
  for (const line of document.querySelectorAll(".here")) {
    line.setAttribute("visibility", whole.c === null ? "hidden" : "visible");
    const place = percent(DOWNTIME.step(whole.c === null ? 0 : whole.c) / STEPS);
    line.setAttribute("x1", place);
    line.setAttribute("x2", place);
  }
  byId("cost-said").textContent = whole.c === null ? "not said yet" : `${amount(whole.c)} ${data.currency}`;
  const options = [whole.c === null ? "" : ` --downtime-cost ${whole.c}`, whole.w === null ? "" : ` --hourly-cost ${whole.w}`];
  const command = byId("command");
  command.hidden = !isSaid(whole);
  command.lastChild.textContent = `underpin report ${data.arguments}${options.join("")}`;
}

/* The sections, one a case: made when they are opened, computed again when a figure moves. */

const opened = new Map();
const due = new Set();

/** Computes a section again once the present change is drawn. */
function later(number) {
  if (due.size === 0) requestAnimationFrame(refresh);
  due.add(number);
}

function refresh() {
  const numbers = [...due];
  due.clear();
  for (const number of numbers) opened.get(number)();
}

const facts = (entries) =>
  el("dl", { class: "facts" }, ...entries.filter(([, value]) => value !== null).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

function way(name, cost, words, framed) {
  return el(
    "li",
    { class: framed ? "way cheapest-free" : "way" },
    el("h4", {}, name),
    el("p", { class: "figure" }, cost === null ? "–" : amount(cost)),
    el("p", {}, words),
  );
}

/** The three ways side by side, medians of a year. */
function waysOf(run, one) {
  const { keep, buy, upgrade } = mediansOf(run);
  const best = run.ways.keep && !(upgrade !== null && upgrade < keep) ? "keep" : upgrade === null ? null : "upgrade";
  const waiting = !run.ways.keep ? "ruled out: it has to be acted on" : one.ended ? "nobody fixes it any more" : "with the community's support";
  const hours = `${shortFigure(run.inputs[U].likely)} hours once, spread over its life`;
  const none = one.ended ? "no supported release on record" : "not needed: it is supported";
  return el(
    "ul",
    { class: "ways" },
    way("Leave it as it is", keep, waiting, best === "keep"),
    way("Buy support", priceOf(run.inputs) === "unknown" ? null : buy, "price, procurement, and the work that stays yours", false),
    way("Upgrade it yourself", upgrade, upgrade === null ? none : hours, best === "upgrade"),
  );
}

/** Where the decision turns, and what to look at first. */
function turnsOf(said, sorted) {
  const { run, standing } = said;
  const priced = priceOf(run.inputs) !== "unknown";
  const money = (value) => (value === null ? null : `${amount(value)} ${data.currency}`);
  const { no, yes } = thresholdsOf(run);
  const [hours, cost] = priced ? [hoursToPay(run), downtimeToPay(run)] : [null, null];
  const first = said.turnsOn.length > 0 ? QUESTIONS[said.turnsOn[0]] : null;
  const question = questionsOf(run, standing.net)[0];
  const worthAsking = question && question.worth > 4 * run.point[W] * run.point[OMEGA] ? data.symbols[question.symbol][1] : null;
  return facts([
    ["How often it pays", priced ? `pays in ${runs(standing.score)}` : null],
    ["Worth at most a year: 75 of 100 runs pay below it", money(Math.max(percentile(sorted.gains, 25), 0))],
    ["A coin toss at", money(Math.max(percentile(sorted.gains, 50), 0))],
    ["Own work", hours === null ? null : hours <= 0 ? "pays at any hours" : `pays above ${shortFigure(hours)} hours a month`],
    ["One hour down costs", cost === null ? null : cost <= 0 ? "pays at any cost" : `pays above ${money(cost)}`],
    ["Free way up to / support pays from", priced ? `${threshold(no)} / ${threshold(yes)} ${data.currency}` : null],
    ["Evidence", GRADES[standing.grade]],
    ["Check first", first || worthAsking],
  ]);
}

/** Money by year, every figure at its median; null where no price is known, or nothing to compare with. */
function cashOf(run) {
  const [net, i] = [run.netAt(run.point), run.point];
  if (priceOf(run.inputs) !== "known" || net === null) return null;
  const hour = i[W] * i[OMEGA];
  const saved = net + i[P] + hour * (i[O] / i[Y] + i[V]);
  const [start, left] = [hour * i[O], saved - i[P] - hour * i[V]];
  const years = [["0, before it starts", 0, start, 0], ...[1, 2, 3].map((year) => [String(year), i[P], hour * i[V], saved])];
  const names = ["Paid", "Staff time for it", "Saved"];
  const row = ([year, ...money]) =>
    el("tr", {}, el("th", { scope: "row" }, year), ...money.map((value, at) => el("td", { class: "figure", "data-label": names[at] }, amount(value))));
  const back = left > 0 && start <= 3 * left ? `Paid back after ${shortFigure(start / left)} years` : "Not paid back within 3 years";
  return tableOf(`Money by year, medians, ${data.currency}. ${back}`, ["Year", ...names.map((name) => [name])], years.map(row));
}

/** Everything that moves with the figures. */
function livePart(number) {
  const one = data.cases[number];
  const said = judgedCase(number);
  const parts = [el("p", { class: "sentence", "data-state": stateOf(said) }, ...verdictOf(said, one)), waysOf(said.run, one)];
  parts.push(el("p", { class: "note" }, `Cost of a year in ${data.currency}, medians. The cheaper free way is framed.`));
  if (said.standing === null) return parts;
  const [net, gains] = [said.standing.net, said.standing.gains].map((values) => Float64Array.from(values).sort());
  const turns = turnsOf(said, { net, gains });
  if (priceOf(said.run.inputs) === "unknown") return [...parts, turns];
  parts.push(distribution(net, data.currency), turns, cashOf(said.run), tornado(said.run, said.standing.swings, data.currency));
  return parts.filter((part) => part !== null);
}

const SAYABLE = [
  ["c", "one hour down costs", data.currency, () => DOWNTIME],
  ["h", "own routine work", "hours a month", (hi) => evenly(Math.max(40, Math.ceil(4 * hi)))],
  ["w", "one hour of staff costs", data.currency, (hi) => evenly(Math.max(200, Math.ceil(2 * hi)))],
  ["P", "the offer costs", `${data.currency} a year`, (hi) => powers(100, Math.max(100000, 4 * hi))],
];

/** One figure of one case: what is assumed, a slider, and a field. */
function control(number, [word, words, unit, scaleFor]) {
  const offer = offersOf(data, data.cases[number])[0];
  const input = offer.inputs.map((place) => data.inputs[place]).find(([symbol]) => symbol === word);
  const [, lo, likely, hi] = input || [word, 0, 0, 0];
  const range = el("input", { type: "range", min: 0, max: STEPS, "aria-label": `${words}, ${unit}` });
  const field = el("input", { type: "number", min: 0, step: "any", placeholder: "as assumed", "aria-label": `${words}, exact, ${unit}` });
  const assumed = input === undefined ? "unknown" : lo < hi ? `${shortFigure(lo)} – ${shortFigure(hi)}` : shortFigure(lo);
  const show = slider(range, field, scaleFor(hi), (value) => {
    alone.set(number, { ...alone.get(number), [word]: value });
    later(number);
    soon();
  });
  const label = el("span", { class: "what" }, words, el("span", { class: "unit" }, ` ${unit}; assumed `, el("span", { class: "kept" }, assumed)));
  return { row: el("div", { class: "control" }, label, range, field), show: () => show(figuresOf(number)[word], likely) };
}

/** Puts sliders and live figures into a section. */
function enliven(article) {
  const number = Number(article.dataset.case);
  if (opened.has(number) || !hasModel(number)) return;
  const place = article.querySelector(".figures");
  const controls = SAYABLE.map((sayable) => control(number, sayable));
  const reset = el("button", { type: "button", click: () => (alone.delete(number), later(number), soon()) }, "As assumed");
  const group = el("fieldset", { class: "own" }, el("legend", {}, "Your figures for this case"), ...controls.map(({ row }) => row), reset);
  place.before(group);
  opened.set(number, () => {
    place.replaceChildren(...livePart(number));
    for (const { show } of controls) show();
    reset.disabled = !alone.has(number);
  });
  later(number);
}

/** A section that the document does not have yet, from the data. */
function section(number) {
  const one = data.cases[number];
  const entry = rows.find((other) => other.number === number);
  const cell = (name) => (entry === undefined ? "" : entry.row.querySelector(name).textContent);
  const input = (place) => {
    const [symbol, lo, likely, hi, source, basis] = data.inputs[place];
    const figures = [lo, likely, hi].map((value, at) => el("td", { class: "figure", "data-label": ["Least", "Likely", "Most"][at] }, shortFigure(value)));
    const words = data.symbols.find(([word]) => word === symbol)[1];
    return el("tr", {}, el("th", { scope: "row" }, words), ...figures, el("td", { "data-label": "Where from" }, data.texts[basis]), el("td", { "data-label": "Kind" }, source));
  };
  const headings = ["Figure", ["Least"], ["Likely"], ["Most"], "Where from", "Kind"];
  const inputs = one.offers === undefined ? [] : offersOf(data, one)[0].inputs;
  return el(
    "article",
    { id: `case-${number}`, "data-case": number, tabindex: -1 },
    el("h3", {}, one.name, el("span", { class: "where" }, ` ${cell(".place")}`)),
    el("p", {}, `Fixes until: ${cell(".until")}. Next step: ${cell(".step")}.`),
    ...(one.told || []).map((texts) => el("p", {}, ...texts.map((text) => data.texts[text]))),
    el("div", { class: "figures" }),
    inputs.length === 0 ? null : el("details", {}, el("summary", {}, "Every figure it is computed from"), tableOf("Every figure it is computed from", headings, inputs.map(input), "inputs")),
    el("p", { class: "note" }, `${data.texts[one.scope]} Id: `, el("code", {}, one.id)),
    el("p", { class: "note" }, el("a", { href: "#offers" }, one.offered), ", each with its source and with who may gain from it."),
  );
}

/** Opens the section that the address names. */
function goTo() {
  const found = /^#case-(\d+)$/.exec(location.hash);
  const number = found === null ? -1 : Number(found[1]);
  if (data.cases[number] === undefined) return;
  if (byId(`case-${number}`) === null) byId("articles").append(section(number));
  const article = byId(`case-${number}`);
  enliven(article);
  article.scrollIntoView();
  article.focus({ preventScroll: true });
}

function startSections() {
  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => (near.unobserve(entry.target), enliven(entry.target))),
    { rootMargin: "600px" },
  );
  for (const article of document.querySelectorAll("article[data-case]")) near.observe(article);
  addEventListener("hashchange", goTo);
  goTo();
}

/* Light and dark, print. */

function startButtons() {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => (byId("theme").textContent = dark() ? "Light" : "Dark");
  byId("theme").addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    name();
  });
  byId("print").addEventListener("click", () => print());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
  byId("buttons").hidden = false;
}

startButtons();
startFigures();
startTable();
startSections();
