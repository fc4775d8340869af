
/* Words: how figures and verdicts read, as src/report/words.rs has them. Everything here is text, never markup. */

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function amount(value) {
  const text = grouped.format(value);
  return text === "-0" ? "0" : text;
}

/** In three digits: more would claim what the model does not know. */
function about(value) {
  let step = 1;
  while (Math.abs(value) / step >= 1000) step *= 10;
  return amount(Math.round(value / step) * step);
}

/** A figure of any size in about four digits. */
function shortFigure(value) {
  const size = Math.abs(value);
  if (size >= 1000 || size === 0) return amount(value);
  const digits = size >= 10 ? 1 : size >= 0.1 ? 2 : 6;
  return String(Number(value.toFixed(digits)));
}

/** `87 of 100 runs`; a model is never certain. */
const runs = (score) => `${Math.round(Math.min(Math.max(score, 1), 99))} of 100 runs`;

const QUESTIONS = { tier: "what one hour down costs", exposure: "who can reach it", services: "how many services its units are" };

const MISSING = {
  hours: "your hours: log them, its kind has no defaults",
  price: "a price: the usual range does not settle it",
  evidence: "figures of your own: defaults alone would decide it",
};

/** Where no range of prices is usual: then nothing that stands on a price is said. */
const NO_PRICE = "depends on a price, and none is public";

const FIXES = {
  buy: "act: upgrade, buy, isolate or accept; buy is the cheaper fix",
  upgrade: "act: upgrade, buy, isolate or accept; upgrade is the cheaper fix",
  either: "act: upgrade, buy, isolate or accept; upgrade and buy cost about the same",
  "ask-for-quote": "act: upgrade, buy, isolate or accept; ask for a quote before you choose",
  "buy-isolate-or-replace": "act: buy, isolate or replace",
};

/** "Community support is enough" never stands beside an end of life. */
function instead(sub, ended) {
  if (sub === "upgrade") return "upgrade is the cheaper way";
  if (!ended) return "community support is enough";
  return "cheapest on paper is to leave it, and nobody fixes it any more: upgrade, isolate, or record an accepted risk with an expiry";
}

function listed(turnsOn) {
  const words = turnsOn.map((open) => QUESTIONS[open]);
  const last = words.pop();
  return words.length === 0 ? last : `${words.join(", on ")} and on ${last}`;
}

function depends(turnsOn, ended, { no, yes }) {
  const head = `depends on ${listed(turnsOn)}`;
  const free = ended ? "a free way is cheaper" : "community";
  if (!turnsOn.includes("tier") || (no !== null && no >= SEARCHED)) return head;
  if (no !== null && yes !== null) return `${head}: below ${about(no)} ${free}, above ${about(yes)} support pays`;
  if (no !== null) return `${head}: below ${about(no)} ${free}`;
  if (yes === null) return head;
  return yes <= 0 ? `${head}: support pays whatever it costs` : `${head}: above ${about(yes)} support pays`;
}

/** The verdict as one sentence without a full stop. */
function sentence(said, ended) {
  if (said.word === "must-act") return FIXES[said.sub];
  if (said.word === "depends") return depends(said.turnsOn, ended, thresholdsOf(said.run));
  if (said.word === "not-enough-data" && said.sub === "price" && priceOf(said.run.inputs) === "unknown") return NO_PRICE;
  if (said.word === "not-enough-data") return `depends on ${MISSING[said.sub]}`;
  const text = {
    "pays-off": "support pays",
    "does-not-pay-off": instead(said.sub, ended),
    borderline: "neither clearly worth its price nor clearly not",
  }[said.word];
  return said.indicative ? `${text} (indicative)` : text;
}

/** The three states of the slider and the fourth that it cannot turn; the page marks each by its shape as well. */
function stateOf(said) {
  if (said.word === "must-act") return "act";
  if (said.word === "pays-off") return "pays";
  return said.word === "does-not-pay-off" ? "free" : "decides";
}

const GRADES = { A: "mostly yours", B: "partly yours", C: "mostly defaults" };

function threshold(cost) {
  if (cost === null) return "none";
  return cost >= SEARCHED ? "any" : about(Math.max(cost, 0));
}

/** The price to ask for: 75 of 100 runs pay below it. */
function quote(said) {
  const price = said.standing === null ? 0 : percentile(Float64Array.from(said.standing.gains).sort(), 25);
  return price > 0 ? `ask for a quote below ${amount(price)}` : "ask for a quote";
}

/** What to do next about a case; `way` is the way on without paying. */
function nextStep(said, ended, way) {
  const asks = { tier: "say what one hour down costs", exposure: "say who can reach it", services: "say how many services it is" };
  if (said.word === "depends") return asks[said.turnsOn[0]];
  if (said.sub === "hours") return "log your hours";
  if (said.word === "pays-off" || said.sub === "price" || said.sub === "buy") return quote(said);
  if (said.word === "borderline" || said.word === "not-enough-data") return "put in figures of your own";
  if (said.sub === "upgrade") return way;
  if (said.sub === "buy-isolate-or-replace") return `isolate it, or ${quote(said)}`;
  if (said.word === "must-act") return `${way}, or ${quote(said)}`;
  return ended ? `${way}, isolate, or record who accepts the risk` : "none";
}

/** The most that a year of support is worth. */
function worth(said) {
  if (said.standing === null) return "unknown";
  const price = percentile(Float64Array.from(said.standing.gains).sort(), 25);
  return said.word === "depends" && price <= 0 ? "depends" : amount(Math.max(price, 0));
}
