// On every page: Snel weg, knowing when another tab locked, and leaving nothing behind in the browser.
(() => {
  "use strict";
  const POLL_MS = 1500, HELP_MS = 5 * 60 * 1000, TWICE_MS = 700, LEAVE_MS = 400;
  const root = document.documentElement;
  const here = { phase: root.dataset.phase, opening: root.dataset.opening };
  const tabs = new BroadcastChannel("klankbord");
  const cameBack = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  let leaving = false, helpAt = Date.now();

  // After Snel weg, Back leads to the notes and not into the program.
  if ("away" in root.dataset && cameBack()) location.replace("/notities");

  const token = () => document.querySelector("input[name=page_token]")?.value ?? "";
  const send = (path, fields = {}, keepalive = false) =>
    fetch(path, { method: "POST", body: new URLSearchParams({ page_token: token(), ...fields }), keepalive, mode: "same-origin" });

  // A browser without popovers shows the help in the page itself, always.
  const helpOpen = () => CSS.supports("selector(:popover-open)") && document.querySelector("#help-now:popover-open") !== null;

  function blank() {
    document.querySelectorAll("main, .notice").forEach((part) => part.remove());
  }
  function away() {
    if (leaving) return;
    leaving = true;
    const closed = send("/weg", {}, true);
    document.body.replaceChildren();
    document.title = "";
    tabs.postMessage({ kind: "away" });
    // The notes come when the desk is closed, so that Back finds nothing; but a slow desk keeps nobody here.
    closed.then(() => location.replace("/notities"), () => location.replace("about:blank"));
    setTimeout(() => location.replace("/notities"), LEAVE_MS);
  }
  function drawAnew() {
    if (leaving) return;
    leaving = true;
    blank();
    location.replace("/");
  }
  async function lock() {
    await send("/vergrendelen").catch(() => {});
    tabs.postMessage({ kind: "lock" });
    drawAnew();
  }

  async function look() {
    if (leaving) return;
    try {
      const answer = await fetch("/toestand", { mode: "same-origin" });
      if (answer.ok) {
        const now = await answer.json();
        const moved = now.phase !== here.phase || String(now.opening) !== here.opening;
        if (moved && now.away) { leaving = true; blank(); location.replace("/notities"); return; }
        if (moved && here.phase === "open") drawAnew();
      } else if (here.phase === "open") drawAnew();
      stopped(false);
    } catch { stopped(true); }
  }
  function stopped(yes) {
    const line = document.getElementById("program-stopped");
    if (line && line.hidden === yes) line.hidden = !yes;
  }
  async function freshHelp() {
    const panel = document.getElementById("help-now");
    if (!panel || helpOpen() || Date.now() - helpAt < HELP_MS) return;
    helpAt = Date.now();
    const answer = await fetch("/hulp/inhoud", { mode: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("help-now-body").replaceChildren(...page.body.childNodes);
  }

  tabs.onmessage = ({ data }) => {
    if (data.kind === "away") { leaving = true; blank(); location.replace("/notities"); }
    if (data.kind === "lock") drawAnew();
    document.dispatchEvent(new CustomEvent(`tab-${data.kind}`, { detail: data }));
  };

  // The page in the back/forward cache keeps no words.
  addEventListener("pagehide", () => {
    document.querySelectorAll("#messages, #announce, #below, #code, [data-private]").forEach((part) => part.replaceChildren());
    document.querySelectorAll("textarea, input[type=text], input[type=password]").forEach((field) => { field.value = ""; });
  });
  addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    document.body.replaceChildren();
    const now = await fetch("/toestand", { mode: "same-origin" }).then((answer) => answer.json()).catch(() => null);
    location.replace(now?.away ? "/notities" : location.pathname);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("quit")?.addEventListener("submit", (event) => { event.preventDefault(); away(); });
    document.querySelectorAll("form[action='/vergrendelen']").forEach((form) =>
      form.addEventListener("submit", (event) => { event.preventDefault(); lock(); }));
    setInterval(() => { look(); freshHelp(); }, POLL_MS);
  });

  // Esc twice is Snel weg, but never an Esc that had something else to do.
  let lastEsc = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    const busy = document.body.classList.contains("busy") || helpOpen() || document.querySelector("dialog[open], [data-just-stopped]");
    if (busy || event.defaultPrevented) { lastEsc = 0; return; }
    if (Date.now() - lastEsc < TWICE_MS) away();
    lastEsc = Date.now();
  });

  window.klankbord = { send, lock, tabs, helpOpen };
})();
