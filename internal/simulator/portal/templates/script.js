// The pages need none of this: it copies, and refreshes what is live.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
}

let live = document.querySelector("[data-live]");
const pause = document.querySelector("[data-pause]");
let paused = false;

function label() {
  pause.textContent = paused ? pause.dataset.resume : pause.dataset.pause;
}

// Nothing is replaced under the reader's focus.
async function refresh() {
  if (paused || document.hidden || live.contains(document.activeElement)) return;
  const response = await fetch(location.href);
  if (!response.ok) return;
  const next = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("live");
  if (!next || paused || live.contains(document.activeElement)) return;
  live.replaceWith(next);
  live = next;
}

if (live) {
  pause.hidden = false;
  label();
  pause.addEventListener("click", () => {
    paused = !paused;
    label();
  });
  setInterval(() => refresh().catch(() => {}), 2000);
}
