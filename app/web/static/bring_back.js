// Bringing an export back: the chosen file is read here, so that it travels as the text of the form.
(() => {
  "use strict";
  const file = document.getElementById("file"), large = document.getElementById("file-large");
  document.getElementById("from-file").hidden = false;
  file.addEventListener("change", async () => {
    const chosen = file.files[0];
    if (!chosen) return;
    large.hidden = chosen.size <= 2 * Number(file.dataset.most);
    if (large.hidden) document.getElementById("text").value = await chosen.text();
  });
})();
