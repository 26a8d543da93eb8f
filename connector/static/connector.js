/* Makes the pages quicker to use; every one of them also works without a script. */
"use strict";

(() => {
  /* Shows the progress of a run: asks once a second, and loads the result when it is over. */
  const watch = (card) => {
    const bar = card.querySelector("progress");
    const text = card.querySelector("[data-cx-text]");
    const poll = async () => {
      let progress;
      try {
        const response = await fetch(card.dataset.cxProgress, { headers: { Accept: "application/json" } });
        if (response.redirected || !response.ok) return void location.reload();
        progress = await response.json();
      } catch {
        return void setTimeout(poll, 5000);
      }
      if (progress.over) return void location.reload();
      if (text.textContent !== progress.text) text.textContent = progress.text;
      if (progress.total) {
        bar.max = progress.total;
        bar.value = progress.done;
      } else {
        bar.removeAttribute("value");
      }
      setTimeout(poll, 1000);
    };
    setTimeout(poll, 1000);
  };

  /* Adds and removes rows of the mapping in place, and shows the warning beside each choice field. */
  const editMapping = (form) => {
    const rows = form.querySelector("[data-cx-rows]");
    const blank = form.querySelector("[data-cx-blank]");
    const emptyText = form.querySelector("[data-cx-none]");
    const renumber = () => {
      emptyText.hidden = rows.children.length > 0;
      [...rows.children].forEach((row, index) => {
        row.querySelectorAll("[aria-label]").forEach((part) => {
          part.setAttribute("aria-label", part.getAttribute("aria-label").replace(/row \d+$/, `row ${index + 1}`));
        });
      });
    };
    form.querySelector("[data-cx-add]").addEventListener("click", (event) => {
      event.preventDefault();
      rows.append(blank.content.cloneNode(true));
      renumber();
      rows.lastElementChild.querySelector("select").focus();
    });
    rows.addEventListener("click", (event) => {
      const button = event.target.closest("[data-cx-remove]");
      if (!button) return;
      event.preventDefault();
      const row = button.closest("[data-cx-row]");
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      renumber();
      (next ? next.querySelector("[data-cx-remove]") : form.querySelector("[data-cx-add]")).focus();
    });
    rows.addEventListener("change", (event) => {
      if (!event.target.matches("[data-cx-field]")) return;
      const warning = event.target.closest("[data-cx-row]").querySelector("[data-cx-warning]");
      const texts = [...document.querySelectorAll("template[data-cx-choices]")];
      const text = texts.find((template) => template.dataset.cxChoices === event.target.value);
      warning.replaceChildren(...(text ? [text.content.cloneNode(true)] : []));
    });
  };

  /* Opens a dialog in the page instead of following the link to the dialog's own page. */
  const openInPlace = (link) => {
    const dialog = document.getElementById(link.dataset.cxDialog);
    if (!dialog || !dialog.showModal) return;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
    });
    dialog.querySelector("[data-cx-close]").addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
      link.focus();
    });
  };

  document.querySelectorAll("[data-cx-progress]").forEach(watch);
  document.querySelectorAll("[data-cx-mapping]").forEach(editMapping);
  document.querySelectorAll("[data-cx-dialog]").forEach(openInPlace);
})();
