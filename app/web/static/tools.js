// A time that was started ends with one sentence; nothing counts down. Without scripts the clock on the wall does it.
(() => {
  "use strict";
  const MINUTE = 60 * 1000;
  document.querySelectorAll(".calm-time").forEach((part) => {
    const over = part.parentElement.querySelector(".calm-over");
    let timer = 0;
    part.addEventListener("toggle", () => {
      clearTimeout(timer);
      part.toggleAttribute("data-running", part.open);
      if (!part.open) return;
      over.textContent = "";
      timer = setTimeout(() => { over.textContent = over.dataset.text; part.open = false; }, Number(part.dataset.minutes) * MINUTE);
    });
  });
})();
