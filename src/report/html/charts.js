
/* Pictures: elements of the page and of SVG, made by hand. Texts go in as text, positions as attributes in percent. */

const SVG = "http://www.w3.org/2000/svg";

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const el = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);
const percent = (share) => `${(100 * Math.min(Math.max(share, 0), 1)).toFixed(2)}%`;

/** Net values in equal bins; the hundredth at either end is left out, so that a few far runs do not flatten the rest. */
function binned(sorted, count) {
  const [from, to] = [percentile(sorted, 1), percentile(sorted, 99)];
  const bins = new Array(count).fill(0);
  if (to <= from) return { from, to, bins };
  for (const value of sorted) {
    if (value >= from && value <= to) bins[Math.min(Math.floor(((value - from) / (to - from)) * count), count - 1)] += 1;
  }
  return { from, to, bins };
}

/** What buying gains or loses in a year, over all runs: left of zero it costs more than it saves. */
function distribution(sorted, currency) {
  const [p10, p50, p90] = [10, 50, 90].map((share) => percentile(sorted, share));
  const told = `One run in ten is below ${amount(p10)} ${currency}, half are below ${amount(p50)}, one in ten is above ${amount(p90)}`;
  const { from, to, bins } = binned(sorted, 48);
  if (to <= from) return el("p", { class: "note" }, `Every run gives ${amount(p50)} ${currency}: no figure of it varies.`);
  const [height, most] = [88, Math.max(...bins)];
  const at = (value) => (value - from) / (to - from);
  const bar = (count, place) => {
    const size = (count / most) * height;
    const loses = from + ((place + 0.5) / bins.length) * (to - from) < 0;
    const shape = { x: percent(place / bins.length), width: percent(0.82 / bins.length), y: height - size, height: size };
    return draw("rect", { ...shape, class: loses ? "loses" : "gains", fill: loses ? "url(#hatch)" : null });
  };
  const mark = (value, words, anchor) => [
    draw("line", { class: "mark", x1: percent(at(value)), x2: percent(at(value)), y1: height, y2: height + 5 }),
    draw("text", { x: percent(at(value)), y: height + 17, "text-anchor": anchor }, words),
  ];
  const zero = from < 0 && to > 0 ? [draw("line", { class: "today", x1: percent(at(0)), x2: percent(at(0)), y1: 0, y2: height })] : [];
  const picture = draw(
    "svg",
    { class: "distribution", width: "100%", height: height + 22, role: "img", "aria-label": told },
    ...bins.map(bar),
    draw("line", { class: "rail", x1: 0, x2: "100%", y1: height, y2: height }),
    ...zero,
    ...mark(p10, amount(p10), at(p10) < 0.12 ? "start" : "middle"),
    ...mark(p90, amount(p90), at(p90) > 0.88 ? "end" : "middle"),
  );
  const key = el(
    "ul",
    { class: "legend flush" },
    el("li", {}, el("span", { class: "key hatched" }), "costs more than it saves"),
    el("li", {}, el("span", { class: "key outlined" }), "saves more than it costs"),
    zero.length > 0 ? el("li", {}, el("span", { class: "key now" }), "even") : null,
  );
  return el("figure", {}, el("figcaption", {}, `What buying gains in a year, 10,000 runs, ${currency}. ${told}.`), picture, key);
}

/** The inputs that move it most: a row each, its bar on the common scale of what buying gains. */
function tornado(run, swings, currency) {
  const drivers = driversOf(run, swings).slice(0, 6);
  if (drivers.length === 0) return null;
  const ends = drivers.flatMap(({ low, high }) => [low.net, high.net]);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const at = (value) => (value - least) / (most - least);
  const bar = ({ low, high }) => {
    const [from, to] = [Math.min(low.net, high.net), Math.max(low.net, high.net)];
    return draw(
      "svg",
      { class: "band", width: "100%", height: 18, "aria-hidden": "true" },
      draw("line", { class: "rail", x1: 0, x2: "100%", y1: 9, y2: 9 }),
      draw("rect", { class: "solid", x: percent(at(from)), width: percent(at(to) - at(from)), y: 4, height: 10, rx: 2 }),
      draw("line", { class: "today", x1: percent(at(0)), x2: percent(at(0)), y1: 0, y2: 18 }),
    );
  };
  const row = (driver) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, data.symbols[driver.symbol][1]),
      el("td", { class: "figure", "data-label": "From – to" }, `${shortFigure(driver.low.value)} – ${shortFigure(driver.high.value)}`),
      el("td", { class: "swing" }, bar(driver)),
      el("td", { class: "figure", "data-label": "Gain of a year goes" }, `${amount(driver.low.net)} to ${amount(driver.high.net)}`),
      el("td", { "data-label": "Turns the answer?" }, driver.zero === null ? "no" : `yes, at ${shortFigure(driver.zero)}`),
    );
  return tableOf(
    `What moves it most, ${currency}; the line is where buying breaks even`,
    ["Figure", ["From – to"], "", ["Gain of a year goes"], "Turns the answer?"],
    drivers.map(row),
  );
}

/** A table with its caption; a heading in a list of its own is one of figures. */
function tableOf(caption, headings, rows, className = null) {
  const heading = (words) =>
    words === "" ? el("td") : el("th", { scope: "col", class: Array.isArray(words) ? "figure" : null }, String(words));
  return el(
    "div",
    { class: "wide" },
    el("table", { class: className }, el("caption", {}, caption), el("thead", {}, el("tr", {}, ...headings.map(heading))), el("tbody", {}, ...rows)),
  );
}
