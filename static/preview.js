/** The author's preview: the page is loaded again when a file of the question changes. */

const EVERY_MS = 1000;
const address = document.querySelector("[data-stamp]").dataset.stamp;
let first = null;

async function look() {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.ok) {
      const stamp = await answer.text();
      first ??= stamp;
      if (stamp !== first) location.reload();
    }
  } catch { /* the preview has stopped; it may come back */ }
}

setInterval(look, EVERY_MS);
look();
