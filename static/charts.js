/** Interactive charts: figures arrive as JSON beside the page's text; Plotly is fetched when a chart is about to be used. */

const PLOTLY = new URL("./vendor/plotly/plotly-cartesian.min.js", import.meta.url);
const PLOTLY_CSS = new URL("./vendor/plotly/plotly.css", import.meta.url);
const CONFIG = {
  displaylogo: false,
  showSendToCloud: false, // the default is a button that posts the figure to a vendor
  responsive: true,
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
};
let loading = null;

/** Plotly, once. */
function plotly() {
  loading ??= (async () => {
    allowStyleAttributes();
    await added("link", { rel: "stylesheet", href: PLOTLY_CSS, id: "plotly.js-style-global", className: "no-inline-styles" });
    await added("script", { src: PLOTLY });
    return window.Plotly;
  })();
  loading.catch(() => { loading = null; }); // the next attempt starts afresh
  return loading;
}

function added(tag, properties) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.onload = resolve;
    element.onerror = () => { element.remove(); reject(new Error(`cannot load ${properties.src ?? properties.href}`)); };
    document.head.append(element);
  });
}

/** The page's policy forbids style attributes but not styles set by script: Plotly's attributes take that road. */
function allowStyleAttributes() {
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}

/** A reader of the style sheet's colours in the scheme in use. */
function palette() {
  const probe = document.body.appendChild(document.createElement("span"));
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  return { colour, done: () => probe.remove() };
}

/** The figure with every "var(--name)" replaced by its colour. */
function coloured(value, colour) {
  if (typeof value === "string") return value.replace(/^var\((--[\w-]+)\)$/, (_, name) => colour(name));
  if (Array.isArray(value)) return value.map((item) => coloured(item, colour));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item, colour)]));
  }
  return value;
}

/** The one theme, for light and dark. */
function themed(layout, colour) {
  const axis = { gridcolor: colour("--rule"), linecolor: colour("--rule-2"), zerolinecolor: colour("--rule-2"), automargin: true };
  const title = { font: { size: 13 } };
  return {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: colour("--ink-2") },
    hoverlabel: { bgcolor: colour("--panel"), bordercolor: colour("--edge"), font: { color: colour("--ink") } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("--ink-3"), activecolor: colour("--ink") },
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
    margin: { l: 48, r: 12, t: 36, b: 44 },
    xaxis: { ...axis, ...layout.xaxis, title: { ...title, ...layout.xaxis?.title } },
    yaxis: { ...axis, ...layout.yaxis, title: { ...title, ...layout.yaxis?.title } },
  };
}

async function draw(chart) {
  const source = document.querySelector(`script[data-figure="${CSS.escape(chart.dataset.chart)}"]`);
  const plot = chart.querySelector(".plot");
  if (!source || !plot) return;
  let library;
  try {
    library = await plotly();
  } catch {
    plot.textContent = "The chart could not be loaded. The numbers are in the table.";
    return;
  }
  const figure = JSON.parse(source.textContent);
  const { colour, done } = palette();
  await library.react(plot, coloured(figure.data, colour), themed(coloured(figure.layout, colour), colour), CONFIG);
  done();
  if (source.dataset.sentence) chart.querySelector("figure").setAttribute("aria-label", source.dataset.sentence);
}

function drawOpen() {
  document.querySelectorAll("details[data-chart][open]").forEach(draw);
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-chart][open]")) draw(event.target);
}, true);
for (const sign of ["pointerover", "focusin"]) {
  document.addEventListener(sign, (event) => {
    if (event.target.closest?.("details[data-chart] > summary")) plotly().catch(() => {});
  });
}
document.addEventListener("htmx:after:swap", drawOpen);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawOpen);
drawOpen();
