// Passphrase pages: showing what was typed (spelling checks stay off), saying how strong it is, printing the code.
(() => {
  "use strict";
  document.querySelectorAll("[data-show-secret]").forEach((check) => {
    check.closest("label").hidden = false;
    const secrets = check.form.querySelectorAll("input[type=password]");
    check.addEventListener("change", () => {
      secrets.forEach((field) => {
        field.setAttribute("spellcheck", "false");
        field.setAttribute("writingsuggestions", "false");
        field.type = check.checked ? "text" : "password";
      });
    });
    // A passphrase must not leave the page in a field of text: browsers remember those.
    check.form.addEventListener("submit", () => {
      secrets.forEach((field) => { field.type = "password"; });
    });
  });
  document.querySelectorAll("[data-strength]").forEach((line) => {
    const field = document.getElementById(line.dataset.strength);
    let asked = 0;
    field.addEventListener("input", () => {
      const mine = ++asked;
      setTimeout(async () => {
        if (mine !== asked) return; // typed on: a sentence comes when the hands rest
        const body = new URLSearchParams({ page_token: field.form.elements.page_token.value, passphrase: field.value });
        const answer = await fetch("/bewaren/sterkte", { method: "POST", body }).catch(() => null);
        if (answer && answer.ok && mine === asked) line.textContent = await answer.text();
      }, 500);
    });
  });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
})();
