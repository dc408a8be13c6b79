// Nobody at the laptop: a warning, then the screen locks, or only covers itself while that is safer.
(() => {
  "use strict";
  const MINUTE = 60 * 1000, TICK_MS = 1000, TELL_MS = 60 * 1000, ASK_MS = 5 * 60 * 1000;
  const TOOL_MS = 3 * 60 * 1000;
  const form = document.querySelector("[data-idle-minutes]"), toast = document.getElementById("idle-warning");
  const cover = document.getElementById("cover"), box = document.getElementById("box");
  const { send, lock, tabs, helpOpen } = window.klankbord;
  const path = form.dataset.conversation ? `/gesprek/${form.dataset.conversation}` : location.pathname;
  const tool = form.hasAttribute("data-tool"); // what stands in a tool is not kept until its step is left
  const limit = Number(form.dataset.idleMinutes) * MINUTE;
  let last = Date.now(), told = last, asked = last, toolAt = 0;

  const coverOnly = () => tool || Date.now() - toolAt < TOOL_MS || form.dataset.kept !== "yes" || helpOpen() || document.querySelector("#state[data-cover-only]") !== null;

  function touched() {
    if (cover.open) return;
    last = Date.now();
    toast.hidden = true;
    document.body.classList.remove("covered");
    if (last - told < TELL_MS) return;
    told = last;
    tabs.postMessage({ kind: "touched" });
    send("/hier").catch(() => {});
  }
  function warn() {
    if (!toast.hidden) return;
    toast.querySelector("p").textContent = coverOnly() ? toast.dataset.cover : toast.dataset.lock;
    toast.hidden = false;
  }
  async function rest() {
    if (!coverOnly()) {
      last = Date.now();
      if (box?.value.trim()) await send(`${path}/klad`, { text: box.value }).catch(() => {});
      lock();
      return;
    }
    if (Date.now() - asked > ASK_MS) { // the reason to cover only may have passed
      asked = Date.now();
      document.dispatchEvent(new CustomEvent("tab-changed", { detail: { path } }));
    }
    if (cover.open) return;
    toast.hidden = true;
    // Somebody may be on the phone with the number in view: only the words go.
    if (helpOpen()) document.body.classList.add("covered");
    else cover.showModal();
  }
  function uncover() {
    cover.close();
    last = Date.now();
    box?.focus();
  }

  ["keydown", "pointerdown", "pointermove", "wheel", "touchstart", "input"].forEach((kind) =>
    document.addEventListener(kind, touched, { passive: true, capture: true }));
  document.addEventListener("tab-touched", () => { last = Date.now(); told = last; toast.hidden = true; });
  document.addEventListener("tab-any-tool", () => { if (tool) tabs.postMessage({ kind: "tool" }); });
  document.addEventListener("tab-tool", () => { toolAt = Date.now(); });
  toast.querySelector("button").addEventListener("click", touched);
  cover.querySelector("[data-uncover]").addEventListener("click", uncover);
  cover.querySelector("[data-uncover-help]").addEventListener("click", () => {
    uncover();
    document.getElementById("help-now").showPopover?.();
  });
  setInterval(() => {
    const quiet = Date.now() - last;
    if (quiet >= limit - MINUTE && !tool) tabs.postMessage({ kind: "any-tool" });
    if (quiet >= limit) rest();
    else if (quiet >= limit - MINUTE && !cover.open && !helpOpen()) warn();
  }, TICK_MS);
})();
