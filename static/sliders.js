/** Sliders: a range mirrors a named number or select. What is sent is the named control, so forms work without this. */

/** Values a slider stops at: the options of a select, quarter steps between powers of two on a log scale, else none. */
export function stops(control, isLog) {
  if (control.tagName === "SELECT") return [...control.options].map((option) => option.value);
  if (!isLog) return null;
  const [lower, upper, step] = [Number(control.min), Number(control.max), Number(control.step) || 1];
  const values = new Set([lower, upper]);
  for (let octave = 2 ** Math.floor(Math.log2(lower)); octave <= upper; octave *= 2) {
    for (let quarter = 4; quarter < 8; quarter += 1) {
      const value = (octave * quarter) / 4;
      const isMultiple = Math.abs(value / step - Math.round(value / step)) < 1e-9;
      if (value >= lower && value <= upper && isMultiple) values.add(value);
    }
  }
  return [...values].sort((a, b) => a - b).map(String);
}

function nearest(list, value) {
  const index = list.indexOf(value);
  if (index >= 0) return index;
  const distance = (item) => Math.abs(Math.log(Number(item)) - Math.log(Number(value)));
  return list.reduce((best, item, i) => (distance(item) < distance(list[best]) ? i : best), 0);
}

function mirror(row) {
  const control = row.querySelector("select[name], input[name]");
  if (!control || row.querySelector("input[type=range]")) return;
  const list = stops(control, row.hasAttribute("data-log"));
  const range = document.createElement("input");
  range.type = "range";
  Object.assign(range, list ? { min: 0, max: list.length - 1, step: 1 } : { min: control.min, max: control.max, step: control.step });
  range.setAttribute("aria-label", row.querySelector("label").textContent.trim());
  const unit = row.querySelector(".unit")?.textContent.trim() ?? "";

  const follow = () => {
    if (control.value === "") return;
    range.value = list ? nearest(list, control.value) : control.value;
    const shown = control.selectedOptions?.[0]?.textContent ?? control.value;
    range.setAttribute("aria-valuetext", `${shown} ${unit}`.trim());
  };
  const lead = (event) => {
    event.stopPropagation(); // the control speaks for both; otherwise the form would hear everything twice
    control.value = list ? list[range.value] : range.value;
    control.dispatchEvent(new Event(event.type, { bubbles: true }));
  };
  range.addEventListener("input", lead);
  range.addEventListener("change", lead);
  control.addEventListener("input", follow);
  control.form?.addEventListener("reset", () => setTimeout(follow));
  follow();
  row.querySelector(".control").before(range);
}

function mirrorAll() {
  document.querySelectorAll("[data-slider]").forEach(mirror);
}

mirrorAll();
document.addEventListener("htmx:after:swap", mirrorAll);
window.addEventListener("pageshow", mirrorAll);
