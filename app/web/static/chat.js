// The conversation: Enter sends, Stop and Esc stop, whole sentences are announced, the focus returns to the box.
(() => {
  "use strict";
  const DRAFT_MS = 1500, JUST_STOPPED_MS = 2000;
  const form = document.getElementById("compose"), box = document.getElementById("box");
  const sendButton = document.getElementById("send"), stopButton = document.getElementById("stop");
  const path = `/gesprek/${form.dataset.conversation}`;
  const { send, tabs, helpOpen } = window.klankbord;
  const messages = document.getElementById("messages");
  let sent = null, saved = false, draftTimer = 0, stale = false, sends = 0, askedAt = 0;

  const busy = () => document.body.classList.contains("busy");
  function setBusy(yes) {
    document.body.classList.toggle("busy", yes);
    sendButton.hidden = yes;
    stopButton.hidden = !yes;
    const line = document.getElementById("writing");
    line.textContent = yes ? line.dataset.text : "";
    if (!yes) document.querySelectorAll("[aria-busy]").forEach((part) => part.removeAttribute("aria-busy"));
  }
  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, innerHeight * 0.4)}px`;
  }
  // To the end, but never past the first line of the newest reply: a help card in it must not scroll out of view.
  function toEnd() {
    const reply = document.querySelector("#messages .message.program:last-of-type");
    const header = document.querySelector(".top").offsetHeight + 12;
    const end = document.documentElement.scrollHeight - innerHeight;
    const first = reply ? reply.getBoundingClientRect().top + scrollY - header : end;
    scrollTo(0, Math.min(end, first));
  }
  // A card makes a reply long at once: whoever read to the end is then no longer near it, and must see it all the same.
  const holdsCard = () => Boolean(document.querySelector("#messages .message.program:last-of-type .card"));
  const isNearEnd = () => document.documentElement.scrollHeight - scrollY - innerHeight < 600;
  function lost(yes) {
    const line = document.getElementById("lost");
    line.textContent = saved ? line.dataset.cut : line.dataset.network;
    line.hidden = !yes;
  }
  function finished() {
    setBusy(false);
    if (isNearEnd() || holdsCard()) toEnd();
    const at = document.activeElement;
    if (stale) refresh();
    if (!at || at === document.body || at === stopButton || at === sendButton || !at.isConnected) box.focus({ preventScroll: true });
  }

  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!busy()) form.requestSubmit();
  });
  box.addEventListener("input", () => {
    grow();
    clearTimeout(draftTimer);
    draftTimer = setTimeout(() => keepDraft(false), DRAFT_MS);
  });
  function keepDraft(leaving) {
    return send(`${path}/klad`, { text: box.value }, leaving).catch(() => {});
  }
  // What was typed is not lost by looking at another page. Before the next page is asked for, or it would miss it.
  addEventListener("beforeunload", () => { if (box.isConnected && box.value.trim()) keepDraft(true); });
  form.addEventListener("submit", (event) => {
    const quick = ["quick", "again"].includes(event.submitter?.name);
    if (busy() || (!quick && !box.value.trim())) {
      event.preventDefault();
      event.stopImmediatePropagation();
      box.focus();
      return;
    }
    clearTimeout(draftTimer);
    sent = quick ? null : box.value;
    saved = false;
    sends += 1;
    lost(false);
    document.getElementById("announce").replaceChildren();
    document.querySelectorAll("#messages .card[open]").forEach((card) => { card.open = false; }); // read by now
    setBusy(true);
  }, true);

  form.addEventListener("reply-saved", () => {
    saved = true;
    if (sent !== null && box.value === sent) { box.value = ""; grow(); }
    toEnd();
  });
  form.addEventListener("htmx:after:sse:message", () => { if (isNearEnd()) toEnd(); });
  form.addEventListener("reply-done", () => { finished(); tabs.postMessage({ kind: "changed", path }); });
  form.addEventListener("reply-failed", finished);
  form.addEventListener("reply-locked", () => location.replace("/"));
  form.addEventListener("htmx:sse:close", () => { if (busy()) { lost(true); stale = true; finished(); } });
  form.addEventListener("htmx:error", () => { if (busy()) { finished(); lost(true); } });
  form.addEventListener("htmx:response:error", finished);

  async function stop() {
    stopButton.setAttribute("data-just-stopped", "");
    setTimeout(() => stopButton.removeAttribute("data-just-stopped"), JUST_STOPPED_MS);
    await send(`${path}/stop`).catch(() => {});
  }
  stopButton.addEventListener("click", stop);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !busy() || helpOpen() || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    stop();
  }, true);

  // Another tab wrote in this conversation.
  document.addEventListener("tab-changed", ({ detail }) => {
    if (detail.path !== path) return;
    if (busy()) { stale = true; return; }
    refresh();
  });
  function refresh() {
    stale = false;
    askedAt = sends;
    htmx.ajax("GET", `${path}/berichten`, { source: "#messages", target: "#messages", swap: "none" });
  }

  // What was sent since it was asked for is not in this answer: drop it, and look again.
  messages.addEventListener("htmx:before:swap", (event) => {
    if (event.target !== messages || askedAt === sends) return;
    event.preventDefault();
    if (busy()) stale = true;
    else setTimeout(refresh);
  });

  grow();
  toEnd();
})();
