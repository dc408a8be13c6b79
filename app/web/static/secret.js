// Passphrase pages: showing what was typed (spelling checks stay off), and printing the recovery code.
(() => {
  "use strict";
  document.querySelectorAll("[data-show-secret]").forEach((check) => {
    check.closest("label").hidden = false;
    check.addEventListener("change", () => {
      check.form.querySelectorAll("#passphrase, #again").forEach((field) => {
        field.setAttribute("spellcheck", "false");
        field.setAttribute("writingsuggestions", "false");
        field.type = check.checked ? "text" : "password";
      });
    });
    // A passphrase must not leave the page in a field of text: browsers remember those.
    check.form.addEventListener("submit", () => {
      check.form.querySelectorAll("#passphrase, #again").forEach((field) => { field.type = "password"; });
    });
  });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
})();
