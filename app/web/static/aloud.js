// Reads a reply aloud, on request only, and only with a voice of this laptop: nothing is sent to a voice elsewhere.
(() => {
  "use strict";
  const template = document.getElementById("aloud");
  if (!template || !("speechSynthesis" in window)) return;
  const language = document.documentElement.lang;
  const parts = ".message.program:not([aria-busy]), [data-aloud]";
  let reading = null;

  const voice = () => speechSynthesis.getVoices().find((one) =>
    one.localService === true && one.lang.toLowerCase().split(/[-_]/)[0] === language);
  function label(button, name) { button.textContent = template.dataset[name]; }
  function stop() {
    if (reading) label(reading, "read");
    reading = null;
    speechSynthesis.cancel();
  }
  // Folded help is read too: it is a part of the reply.
  function lines(part) {
    return [...part.querySelectorAll(".piece, .card-title, .card p, .learn-text h2, .learn-text p, .learn-text li")]
      .filter((line) => line.parentElement.closest(".piece, .card p, .learn-text li") === null)
      .map((line) => line.textContent.trim()).filter(Boolean);
  }
  function read(part, button) {
    const again = reading === button, chosen = voice();
    stop();
    if (again || !chosen) return;
    const texts = lines(part);
    if (!texts.length) return;
    reading = button;
    label(button, "stop");
    texts.forEach((text, place) => {
      const spoken = new SpeechSynthesisUtterance(text);
      spoken.voice = chosen;
      spoken.lang = chosen.lang;
      if (place === texts.length - 1) spoken.onend = () => { if (reading === button) stop(); };
      speechSynthesis.speak(spoken);
    });
  }
  function offer() {
    if (!voice()) return;
    document.querySelectorAll(parts).forEach((part) => {
      if (part.querySelector(".aloud")) return;
      const button = template.content.firstElementChild.cloneNode(true);
      label(button, "read");
      button.addEventListener("click", () => read(part, button));
      part.append(button);
    });
  }

  const messages = document.getElementById("messages");
  if (messages) new MutationObserver(offer).observe(messages, { childList: true, subtree: true, attributeFilter: ["aria-busy"] });
  // A covered or emptied page is silent at once.
  const cover = document.getElementById("cover");
  const silence = new MutationObserver(() => {
    if (reading && (!reading.isConnected || cover?.open || document.body.classList.contains("covered"))) stop();
  });
  silence.observe(document.body, { childList: true, attributes: true, attributeFilter: ["class"] });
  if (cover) silence.observe(cover, { attributes: true, attributeFilter: ["open"] });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !reading) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    stop();
  }, true);
  document.addEventListener("submit", (event) => { if (event.target.id === "quit") stop(); }, true);
  addEventListener("pagehide", stop);
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  offer();
})();
