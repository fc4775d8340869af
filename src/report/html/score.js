"use strict";

/*
 * The scoring model oss-score/1 as the program has it in src/score: the same draws, the same formulas, the same verdicts.
 * Pure arithmetic: nothing here touches the page. tests/browser holds both against each other.
 */

const SYMBOLS = ["h", "w", "omega", "a", "x", "ae", "lam", "D", "c", "q", "f", "LM", "r", "g", "kh", "rc", "U", "T", "P", "o", "Y", "v"];
const [H, W, OMEGA, A, X, AE, LAM, D, C, Q, F, LM, R, G, KH, RC, U, T, P, O, Y, V] = SYMBOLS.keys();

const PAYS = 75;
const DOES_NOT_PAY = 35;
const TIE = 0.005;
const SEARCHED = 1e6;
const CELLS = 4096;

/* Draws: SplitMix64 on two halves of 32 bits, and a permutation after Fisher and Yates from the top. */

/** A generator of 64-bit numbers; `below` gives the next one modulo a small bound. */
class SplitMix64 {
  constructor(high, low) {
    this.high = high;
    this.low = low;
  }

  /** The low 64 bits of this number times a constant, as its two halves. */
  multiply(high, low, timesHigh, timesLow) {
    const [a, b, c, d] = [low & 0xffff, low >>> 16, timesLow & 0xffff, timesLow >>> 16];
    const [ac, ad, bc] = [a * c, a * d, b * c];
    const middle = (ac >>> 16) + (ad & 0xffff) + (bc & 0xffff);
    const carried = b * d + (ad >>> 16) + (bc >>> 16) + (middle >>> 16);
    this.outHigh = (carried + Math.imul(high, timesLow) + Math.imul(low, timesHigh)) >>> 0;
    this.outLow = ((middle << 16) | (ac & 0xffff)) >>> 0;
  }

  step() {
    const sum = this.low + 0x7f4a7c15;
    this.high = (this.high + 0x9e3779b9 + (sum > 0xffffffff ? 1 : 0)) >>> 0;
    this.low = sum >>> 0;
    let [high, low] = [this.high, this.low];
    this.multiply((high ^ (high >>> 30)) >>> 0, (low ^ ((low >>> 30) | (high << 2))) >>> 0, 0xbf58476d, 0x1ce4e5b9);
    [high, low] = [this.outHigh, this.outLow];
    this.multiply((high ^ (high >>> 27)) >>> 0, (low ^ ((low >>> 27) | (high << 5))) >>> 0, 0x94d049bb, 0x133111eb);
    [high, low] = [this.outHigh, this.outLow];
    this.outHigh = (high ^ (high >>> 31)) >>> 0;
    this.outLow = (low ^ ((low >>> 31) | (high << 1))) >>> 0;
  }

  /** Exact for bounds up to 2^16: no product exceeds 2^53. */
  below(bound) {
    this.step();
    return ((this.outHigh % bound) * (4294967296 % bound) + (this.outLow % bound)) % bound;
  }
}

function ranks([high, low], n) {
  const random = new SplitMix64(high, low);
  const order = Uint32Array.from({ length: n }, (_, rank) => rank);
  for (let top = n - 1; top > 0; top -= 1) {
    const other = random.below(top + 1);
    const kept = order[top];
    order[top] = order[other];
    order[other] = kept;
  }
  return order;
}

const level = (rank, n) => (rank + 0.5) / n;

/* Distributions: PERT, integrated on a fixed grid. A triple is { lo, likely, hi }. */

const LOGARITHMS = Float64Array.from({ length: CELLS }, (_, cell) => Math.log((cell + 0.5) / CELLS));

/** Cumulative probabilities at the edges of the cells, for a mode at the share t. */
function edgesOf(t) {
  const edges = new Float64Array(CELLS + 1);
  let sum = 0;
  for (let cell = 0; cell < CELLS; cell += 1) {
    sum += Math.exp(4 * t * LOGARITHMS[cell] + 4 * (1 - t) * LOGARITHMS[CELLS - 1 - cell]);
    edges[cell + 1] = sum;
  }
  return edges.map((edge) => edge / sum);
}

function inside(edges, cell, u) {
  if (cell + 1 >= edges.length) return 1;
  const width = edges[cell + 1] - edges[cell];
  return (cell + (width > 0 ? (u - edges[cell]) / width : 0)) / CELLS;
}

/** The quantiles of all n ranks, ascending: ranks and edges are walked together. */
function quantilesOf(edges, n) {
  let cell = 0;
  return Float64Array.from({ length: n }, (_, rank) => {
    const u = level(rank, n);
    while (cell + 1 < edges.length && edges[cell + 1] < u) cell += 1;
    return inside(edges, cell, u);
  });
}

function quantileOf(edges, u) {
  let [from, to] = [0, edges.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (edges[middle] < u) from = middle + 1;
    else to = middle;
  }
  return inside(edges, Math.max(from - 1, 0), u);
}

/** A list with one value in place of another. */
const replaced = (list, index, value) => list.map((other, place) => (place === index ? value : other));

const isConstant = (triple) => triple.lo >= triple.hi;
const between = (triple, share) => triple.lo + (triple.hi - triple.lo) * share;

/** Shapes by where the mode lies; all cases share them. */
const shapes = new Map();

function shapeOf(triple, n) {
  const t = (triple.likely - triple.lo) / (triple.hi - triple.lo);
  const name = `${t} ${n}`;
  if (!shapes.has(name)) {
    const edges = edgesOf(t);
    shapes.set(name, { edges, byRank: quantilesOf(edges, n) });
  }
  return shapes.get(name);
}

/** The draws of one component key, shared by all offers and what-if runs that are scored on it. */
class Trials {
  constructor(seeds, n) {
    this.seeds = seeds;
    this.n = n;
    this.ranks = [];
    this.columns = new Map();
  }

  ranksOf(symbol) {
    if (this.ranks[symbol] === undefined) this.ranks[symbol] = ranks(this.seeds[symbol], this.n);
    return this.ranks[symbol];
  }

  quantile(triple, u) {
    return isConstant(triple) ? triple.likely : between(triple, quantileOf(shapeOf(triple, this.n).edges, u));
  }

  /** An input over all draws: one number if it is the same in all. */
  column(symbol, triple) {
    if (isConstant(triple)) return triple.likely;
    const name = `${symbol} ${triple.lo} ${triple.likely} ${triple.hi}`;
    if (!this.columns.has(name)) {
      const { byRank } = shapeOf(triple, this.n);
      this.columns.set(name, Float64Array.from(this.ranksOf(symbol), (rank) => between(triple, byRank[rank])));
    }
    return this.columns.get(name);
  }

  point(inputs, u) {
    return inputs.map((input) => this.quantile(input, u));
  }

  /** The net value of every draw; null if there is no free way. */
  net(context, columns) {
    const [factors, ways] = [factorsOf(context), freeWays(context)];
    if (!ways.keep && !ways.upgrade) return null;
    const drawn = [...columns.keys()].filter((symbol) => typeof columns[symbol] !== "number");
    const values = columns.map((column) => (typeof column === "number" ? column : 0));
    const net = new Float64Array(this.n);
    for (let draw = 0; draw < this.n; draw += 1) {
      for (const symbol of drawn) values[symbol] = columns[symbol][draw];
      net[draw] = netOf(costs(values, factors), ways);
    }
    return net;
  }
}

/* Categories: from words to the factors of the formulas. */

const hasEnded = (context) => context.life !== "supported";

const mustAct = (context) =>
  context.life === "eol" && context.env === "prod" && (context.exposure === "internet" || context.regimes || context.exploited === 2);

const isAudited = (context) => hasEnded(context) && context.env === "prod" && context.regimes;

function freeWays(context) {
  return { keep: !mustAct(context) || context.accepted, upgrade: hasEnded(context) && context.successor };
}

function factorsOf(context) {
  const [outage, loss] = { prod: [1, 1], staging: [0.1, 0.5], dev: [0, 0.25] }[context.env];
  const reach = { none: 0, local: 1, internal: 3, internet: 10 }[context.exposure];
  const attacks = [1, 3, 10][context.exploited];
  return {
    outage: context.services * outage,
    loss: context.services * loss,
    events: reach * (hasEnded(context) ? 3 : 1) * attacks,
    eventsUpgraded: reach,
    ended: hasEnded(context) ? 1 : 0,
    audited: isAudited(context) ? 1 : 0,
  };
}

/** Whether an input can move the result at all. */
function enters(context, symbol) {
  const factors = factorsOf(context);
  if (symbol === X || symbol === AE) return hasEnded(context);
  if ([LAM, D, C, Q].includes(symbol)) return factors.outage > 0;
  if ([F, LM, R].includes(symbol)) return factors.loss > 0 && factors.events > 0;
  if ([G, KH, RC].includes(symbol)) return isAudited(context);
  if (symbol === U || symbol === T) return freeWays(context).upgrade;
  return true;
}

/* Formulas: what a year costs when nothing is done, when the offer is bought, when one upgrades. */

function burdens(i, factors) {
  const hour = i[W] * i[OMEGA];
  const year = 12 * hour;
  const loss = i[LM] * factors.loss;
  return {
    routine: year * i[H],
    extra: year * i[X] * factors.ended,
    down: factors.outage * i[LAM] * i[D] * i[C],
    sec: Math.min(i[F] * factors.events, 1) * loss,
    secUpgraded: Math.min(i[F] * factors.eventsUpgraded, 1) * loss,
    comp: i[G] * i[KH] * hour * factors.audited,
    overhead: hour * (i[O] / i[Y] + i[V]),
  };
}

function costs(i, factors) {
  const { routine, extra, down, sec, secUpgraded, comp, overhead } = burdens(i, factors);
  return {
    keep: routine + extra + down + sec + comp,
    buy:
      i[P] + overhead + routine * (1 - i[A]) + extra * (1 - i[AE]) + down * (1 - i[Q]) + sec * (1 - i[R]) + comp * (1 - i[RC]),
    upgrade: routine + (i[W] * i[OMEGA] * i[U]) / i[T] + down + secUpgraded,
  };
}

function netOf({ keep, buy, upgrade }, ways) {
  if (!ways.keep) return upgrade - buy;
  return (ways.upgrade && upgrade < keep ? upgrade : keep) - buy;
}

/* Figures: everything that is said of one case and one offer. */

/** One situation on the draws: columns, medians, and the context that they are computed in. */
class Run {
  constructor(trials, { context, inputs }) {
    Object.assign(this, { trials, context, inputs, ways: freeWays(context) });
    this.columns = inputs.map((input, symbol) => trials.column(symbol, input));
    this.point = trials.point(inputs, 0.5);
  }

  netAt(point) {
    return this.ways.keep || this.ways.upgrade ? netOf(costs(point, factorsOf(this.context)), this.ways) : null;
  }

  net() {
    return this.trials.net(this.context, this.columns);
  }

  netWith(symbol, value) {
    return this.trials.net(this.context, replaced(this.columns, symbol, value));
  }

  /** What each draw is worth before the price is paid. */
  gains(net) {
    const price = this.columns[P];
    return net.map((value, draw) => value + (typeof price === "number" ? price : price[draw]));
  }
}

function scoreOf(net) {
  let halves = 0;
  for (const value of net) halves += value > TIE ? 2 : value >= -TIE ? 1 : 0;
  return net.length === 0 ? 0 : (50 * halves) / net.length;
}

/** The nearest rank of values in ascending order, index ceil(p·n) − 1. */
const percentile = (sorted, percent) => sorted[Math.max(Math.ceil((percent * sorted.length) / 100) - 1, 0)] ?? 0;

function mean(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

function evpiOf(net) {
  return Math.max(mean(net.map((value) => Math.max(value, 0))) - Math.max(mean(net), 0), 0);
}

const byName = (a, b) => (SYMBOLS[a.symbol] < SYMBOLS[b.symbol] ? -1 : 1);
const swingOf = (swing) => Math.abs(swing.high.net - swing.low.net);
const largerFirst = (a, b) => swingOf(b) - swingOf(a) || byName(a, b);

/** What each input that varies does to the net value, every other at its median. */
function swingsOf(run) {
  const varying = [...run.inputs.keys()].filter((symbol) => !isConstant(run.inputs[symbol]));
  const end = (symbol, u) => {
    const value = run.trials.quantile(run.inputs[symbol], u);
    return { value, net: run.netAt(replaced(run.point, symbol, value)) };
  };
  return varying.map((symbol) => ({ symbol, low: end(symbol, 0.1), high: end(symbol, 0.9) }));
}

/** The value between the ends at which the net value is zero; null if its sign does not change. */
function zeroBetween(run, { symbol, low, high }) {
  const above = high.net > 0;
  if (low.net > 0 === above) return null;
  let [from, to] = [low.value, high.value];
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (from + to) / 2;
    if (run.netAt(replaced(run.point, symbol, middle)) > 0 === above) to = middle;
    else from = middle;
  }
  return (from + to) / 2;
}

function driversOf(run, swings) {
  const largest = swings.filter((swing) => swingOf(swing) > 0).sort(largerFirst);
  return largest.map((swing, place) => ({ ...swing, zero: place < 3 ? zeroBetween(run, swing) : null }));
}

const LOCAL = ["logged", "quoted", "user-set"];

/** How much of the result rests on evidence of the reader's own. */
function evidenceOf(inputs, swings) {
  const isLocal = (symbol) => LOCAL.includes(inputs[symbol].source);
  let weights = swings.map((swing) => [isLocal(swing.symbol), swingOf(swing) ** 2]);
  if (weights.every(([, weight]) => weight <= 0)) {
    weights = inputs.filter((input) => input.source !== null).map((input) => [LOCAL.includes(input.source), 1]);
  }
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const local = weights.reduce((sum, [mine, weight]) => sum + (mine ? weight : 0), 0);
  const share = total > 0 ? local / total : 0;
  return share >= 0.6 ? "A" : share >= 0.3 ? "B" : "C";
}

/** What knowing each single input would be worth, dearest first. */
function questionsOf(run, net) {
  const uninformed = Math.max(mean(net), 0);
  const varying = [...run.inputs.keys()].filter((symbol) => enters(run.context, symbol) && !isConstant(run.inputs[symbol]));
  const worth = (symbol) => {
    const bins = Array.from({ length: 20 }, () => [0, 0]);
    run.trials.ranksOf(symbol).forEach((rank, draw) => {
      const bin = bins[Math.floor(20 * level(rank, run.trials.n))];
      bin[0] += net[draw];
      bin[1] += 1;
    });
    const best = bins.filter(([, count]) => count > 0).map(([sum, count]) => Math.max(sum / count, 0));
    return Math.max(mean(best) - uninformed, 0);
  };
  const all = varying.map((symbol) => ({ symbol, worth: worth(symbol) }));
  return all.sort((a, b) => b.worth - a.worth || byName(a, b));
}

const priceOf = (inputs) => ({ null: "unknown", default: "usual" })[inputs[P].source] ?? "known";

/** The figures that a verdict rests on; null if there is no free way. */
function standingOf(run) {
  const net = run.net();
  if (net === null) return null;
  const gains = run.gains(net);
  const anchor = run.inputs[P];
  const at = (price) => scoreOf(gains.map((gain) => gain - price));
  const swings = swingsOf(run);
  return {
    net,
    gains,
    swings,
    score: scoreOf(net),
    atAnchor: priceOf(run.inputs) === "usual" ? { low: at(anchor.lo), high: at(anchor.hi) } : null,
    p50: percentile(Float64Array.from(net).sort(), 50),
    evpi: evpiOf(net),
    grade: evidenceOf(run.inputs, swings),
  };
}

function mediansOf(run) {
  const { keep, buy, upgrade } = costs(run.point, factorsOf(run.context));
  return { keep, buy, upgrade: hasEnded(run.context) && run.context.successor ? upgrade : null };
}

/* Verdicts, in the fixed order of the model: must act, depends, not enough data, pays off, does not. */

function cheapestFreeWay(run) {
  const { keep, upgrade } = mediansOf(run);
  if (!run.ways.keep && run.ways.upgrade) return "upgrade";
  if (run.ways.keep && run.ways.upgrade && upgrade < keep) return "upgrade";
  return hasEnded(run.context) ? "leave" : "community";
}

function missing(run, standing) {
  const price = run.point[P];
  const lacks = [];
  if (run.inputs[H].source === null) lacks.push("hours");
  const open = standing.score < PAYS && standing.score > DOES_NOT_PAY;
  const usual = standing.atAnchor;
  if (priceOf(run.inputs) === "known") {
    if (standing.grade === "C" && open && price > 0 && standing.evpi >= 0.1 * price) lacks.push("evidence");
  } else if (!(usual && (usual.high >= PAYS || usual.low <= DOES_NOT_PAY))) lacks.push("price");
  return lacks;
}

function byFigures(run, standing) {
  const lacks = missing(run, standing);
  const instead = () => ({ word: "does-not-pay-off", sub: cheapestFreeWay(run) });
  if (lacks.length > 0) return { word: "not-enough-data", sub: lacks[0] };
  if (standing.atAnchor) return standing.atAnchor.high >= PAYS ? { word: "pays-off", sub: null } : instead();
  if (standing.score >= PAYS && standing.p50 > 0) return { word: "pays-off", sub: null };
  return standing.score <= DOES_NOT_PAY ? instead() : { word: "borderline", sub: null };
}

function fixOf(run, standing) {
  if (standing === null) return "buy-isolate-or-replace";
  if (priceOf(run.inputs) !== "known") return "ask-for-quote";
  if (standing.score >= PAYS) return "buy";
  return standing.score <= DOES_NOT_PAY ? "upgrade" : "either";
}

/** The verdict on one case and offer, given how its open questions could be answered otherwise. */
function judge(trials, situation, whatIfs, sold) {
  const run = new Run(trials, situation);
  const standing = standingOf(run);
  const { context } = situation;
  const duty = mustAct(context);
  const asksExposure = whatIfs.some((whatIf) => whatIf.open === "exposure");
  const ifExposed = asksExposure && !duty && !context.accepted && context.life === "eol" && context.env === "prod";
  const say = (verdict, turnsOn, indicative) => ({ run, standing, ...verdict, turnsOn, indicative: indicative || !sold, ifExposed });
  if ((duty && !context.accepted) || standing === null) return say({ word: "must-act", sub: fixOf(run, standing) }, [], false);
  const assumed = byFigures(run, standing);
  const differs = ({ situation: other }) => {
    const otherRun = new Run(trials, other);
    const otherStanding = standingOf(otherRun);
    return otherStanding !== null && byFigures(otherRun, otherStanding).word !== assumed.word;
  };
  const turning = whatIfs.filter(differs).map((whatIf) => whatIf.open);
  const turnsOn = ["tier", "exposure", "services"].filter((open) => turning.includes(open));
  if (turnsOn.length > 0) return say({ word: "depends", sub: null }, turnsOn, false);
  const concludes = assumed.word !== "not-enough-data";
  return say(assumed, [], concludes && (whatIfs.length > 0 || priceOf(situation.inputs) !== "known"));
}

const RANK = ["must-act", "pays-off", "depends", "borderline", "not-enough-data", "does-not-pay-off"];

/** The most useful of several offers first: verdict, score, median, then the order they came in. */
function mostUseful(judged) {
  const score = (one) => one.standing?.score ?? 0;
  const median = (one) => one.standing?.p50 ?? 0;
  const order = (a, b) => RANK.indexOf(a.word) - RANK.indexOf(b.word) || score(b) - score(a) || median(b) - median(a);
  return [...judged].sort(order)[0];
}

/* Where a decision turns. */

/** Routine hours a month above which it pays at the medians. */
function hoursToPay(run) {
  const { point } = run;
  const slope = 12 * point[W] * point[OMEGA] * point[A];
  const without = run.netAt(replaced(point, H, 0));
  if (slope <= 0 || without === null) return null;
  const hours = -without / slope;
  const found = !hasEnded(run.context) || (point[H] > 0 && hours >= 0 && hours <= 100 * point[H]);
  return found ? hours : null;
}

/** Cost of an hour down above which it pays at the medians. */
function downtimeToPay(run) {
  const { point: i, ways } = run;
  const factors = factorsOf(run.context);
  const slope = i[Q] * (factors.outage * i[LAM] * i[D]);
  if (slope <= 0) return null;
  const b = burdens(i, factors);
  const paid = i[P] + b.overhead - b.routine * i[A];
  const saved = b.extra * i[AE] + b.sec * i[R] + b.comp * i[RC];
  const left = b.extra * (1 - i[AE]) + b.sec * (1 - i[R]) + b.comp * (1 - i[RC]);
  const upgrade = (i[W] * i[OMEGA] * i[U]) / i[T];
  const found = [];
  if (ways.keep) found.push((paid - saved) / slope);
  if (ways.upgrade) found.push((paid + left - upgrade - b.secUpgraded) / slope);
  return found.length > 0 ? Math.max(...found) : null;
}

/** The last cost before `holds` begins to hold and the first after; null if it holds at zero already, 1e6 if nowhere. */
function search(holds) {
  if (holds(0)) return null;
  if (!holds(SEARCHED)) return [SEARCHED, SEARCHED];
  let [below, above] = [0, SEARCHED];
  for (let halving = 0; halving < 60 && above - below > 1e-5 * above; halving += 1) {
    const middle = (below + above) / 2;
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return [below, above];
}

/** The costs of an hour down up to which the free way is enough, and from which support pays. */
function thresholdsOf(run) {
  const net = run.netWith(C, 0);
  if (net === null) return { no: null, yes: null };
  const factors = factorsOf(run.context);
  const at = (symbol, draw) => (typeof run.columns[symbol] === "number" ? run.columns[symbol] : run.columns[symbol][draw]);
  const slopes = net.map((_, draw) => at(Q, draw) * (factors.outage * at(LAM, draw) * at(D, draw)));
  const gains = run.gains(net);
  const usual = priceOf(run.inputs) === "usual";
  const shifted = (price) => (usual ? gains.map((gain) => gain - price) : net);
  const [cheap, dear] = [shifted(run.inputs[P].lo), shifted(run.inputs[P].hi)];
  const score = (base, cost) => scoreOf(base.map((value, draw) => value + slopes[draw] * cost));
  const no = search((cost) => score(cheap, cost) > DOES_NOT_PAY);
  const yes = search((cost) => score(dear, cost) >= PAYS);
  const from = yes === null ? 0 : yes[1];
  return { no: no === null ? null : no[0], yes: from < SEARCHED ? from : null };
}

/* From the data of the page to situations, with what a reader says in place of what was assumed. */

/** An input that nobody set leaves the formulas as they are. */
const unset = (symbol) => {
  const neutral = [OMEGA, T, Y].includes(symbol) ? 1 : 0;
  return { lo: neutral, likely: neutral, hi: neutral, source: null };
};

function placed(numbers, data, inputs) {
  const all = [...inputs];
  for (const number of numbers) {
    const [word, lo, likely, hi, source] = data.inputs[number];
    all[SYMBOLS.indexOf(word)] = { lo, likely, hi, source };
  }
  return all;
}

/** What a reader says: one figure in place of a range, as evidence of their own. */
function said(inputs, figures) {
  const all = [...inputs];
  for (const [word, value] of Object.entries(figures)) {
    if (value !== null) all[SYMBOLS.indexOf(word)] = { lo: value, likely: value, hi: value, source: "user-set" };
  }
  return all;
}

/** The seeds of the inputs that vary in a case. */
function seedsOf(data, one) {
  const bytes = Uint8Array.from(atob(one.seeds), (letter) => letter.charCodeAt(0));
  const halves = new DataView(bytes.buffer);
  const drawn = data.texts[one.drawn].split(" ");
  return SYMBOLS.map((word) => {
    const place = drawn.indexOf(word);
    return place < 0 ? null : [halves.getUint32(8 * place), halves.getUint32(8 * place + 4)];
  });
}

/** The offers of a case; cases that are alike share them. */
const offersOf = (data, one) => one.offers.map((number) => data.offers[number]);

/** One case of the data, judged with the figures of a reader: `{ w, h, c, P }`, each null where nothing is said. */
function judged(data, one, figures, trials) {
  const context = data.contexts[one.context];
  const offers = offersOf(data, one).map((offer) => {
    const inputs = placed(offer.inputs, data, SYMBOLS.map((_, symbol) => unset(symbol)));
    const asked = offer.else.filter(([open]) => open !== "tier" || figures.c === null);
    const whatIfs = asked.map(([open, other, numbers]) => ({
      open,
      situation: {
        context: other === null ? context : data.contexts[other],
        inputs: said(placed(numbers, data, inputs), figures),
      },
    }));
    return judge(trials, { context, inputs: said(inputs, figures) }, whatIfs, offer.sold);
  });
  return mostUseful(offers);
}

/** To one decimal, half to even, as the program prints it. */
function roundedScore(score) {
  const tenths = score * 10;
  const [floor, rest] = [Math.floor(tenths), tenths - Math.floor(tenths)];
  return (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor) / 10;
}
