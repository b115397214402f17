// Ticks every running time of the page once a second, by the server's clock.

// The page was made when its answer began, however long its scripts took to come.
const [loaded] = performance.getEntriesByType("navigation");
const made = performance.timeOrigin + (loaded?.responseStart ?? 0);
const skew = Date.parse(document.documentElement.dataset.now) - made;
const now = () => Date.now() + skew;

function span(milliseconds) {
  const whole = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n) => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
  return `${Math.floor(whole / 3600)}\u00a0h ${Math.floor((whole % 3600) / 60)}\u00a0min`;
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function tick() {
  const at = now();
  for (const time of document.querySelectorAll("time[data-since]")) {
    put(time, span(at - Date.parse(time.dataset.since)));
  }
  for (const time of document.querySelectorAll("time[data-until]")) {
    put(time, span(Date.parse(time.dataset.until) - at + 999));
  }
  for (const dial of document.querySelectorAll(".countdown")) {
    const from = Date.parse(dial.dataset.from);
    const to = Date.parse(dial.dataset.to);
    const left = Math.min(1, Math.max(0, (to - at) / Math.max(1, to - from)));
    const arc = dial.querySelector(".left");
    arc.setAttribute("stroke-dasharray", `${(left * 100).toFixed(1)} 100`);
    arc.toggleAttribute("data-empty", left === 0);
    if (left === 0 && !dial.dataset.over) {
      dial.dataset.over = "yes";
      document.dispatchEvent(new CustomEvent("clock:over"));
    }
  }
}

export function startClock() {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("live:changed", tick);
}
