/* What the pages can do better with a script; without it every one of them still works. */
"use strict";

(() => {
  /* Watches a run: asks once a second, and draws the result when it is over. */
  const watch = (card) => {
    const bar = card.querySelector("progress");
    const text = card.querySelector("[data-cx-text]");
    const look = async () => {
      let seen;
      try {
        const answer = await fetch(card.dataset.cxProgress, { headers: { Accept: "application/json" } });
        if (answer.redirected || !answer.ok) return void location.reload();
        seen = await answer.json();
      } catch {
        return void setTimeout(look, 5000);
      }
      if (seen.over) return void location.reload();
      if (text.textContent !== seen.text) text.textContent = seen.text;
      if (seen.total) {
        bar.max = seen.total;
        bar.value = seen.done;
      } else {
        bar.removeAttribute("value");
      }
      setTimeout(look, 1000);
    };
    setTimeout(look, 1000);
  };

  /* Adds and removes rows of the mapping in place, and keeps the warning beside each choice field true. */
  const editMapping = (form) => {
    const rows = form.querySelector("[data-cx-rows]");
    const blank = form.querySelector("[data-cx-blank]");
    const none = form.querySelector("[data-cx-none]");
    const number = () => {
      none.hidden = rows.children.length > 0;
      [...rows.children].forEach((row, index) => {
        row.querySelectorAll("[aria-label]").forEach((part) => {
          part.setAttribute("aria-label", part.getAttribute("aria-label").replace(/row \d+$/, `row ${index + 1}`));
        });
      });
    };
    form.querySelector("[data-cx-add]").addEventListener("click", (event) => {
      event.preventDefault();
      rows.append(blank.content.cloneNode(true));
      number();
      rows.lastElementChild.querySelector("select").focus();
    });
    rows.addEventListener("click", (event) => {
      const button = event.target.closest("[data-cx-remove]");
      if (!button) return;
      event.preventDefault();
      const row = button.closest("[data-cx-row]");
      const next = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      number();
      (next ? next.querySelector("[data-cx-remove]") : form.querySelector("[data-cx-add]")).focus();
    });
    rows.addEventListener("change", (event) => {
      if (!event.target.matches("[data-cx-field]")) return;
      const warning = event.target.closest("[data-cx-row]").querySelector("[data-cx-warning]");
      const texts = [...document.querySelectorAll("template[data-cx-choices]")];
      const text = texts.find((one) => one.dataset.cxChoices === event.target.value);
      warning.replaceChildren(...(text ? [text.content.cloneNode(true)] : []));
    });
  };

  /* Opens a dialog in the page instead of going to the page that it stands on by itself. */
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
