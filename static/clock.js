/** The clock of an answer: how long it has been, or how long there is left. Without this the page names the times. */

const CLOCK = document.querySelector("[data-since]");

/** Minutes and seconds: 4:07. */
export function minutes(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function show() {
  const until = CLOCK.dataset.until;
  const words = until ? `${minutes(new Date(until) - Date.now())} left, ` : `${minutes(Date.now() - new Date(CLOCK.dataset.since))}; `;
  CLOCK.querySelector("[data-clock]").textContent = words;
}

if (CLOCK) {
  show();
  setInterval(show, 1000);
}
