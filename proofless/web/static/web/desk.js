// 工作台: side menu on narrow screens and keyboard shortcuts (? help, / search, g then a letter to go).
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const side = document.getElementById("pf-side");
  const toggle = document.getElementById("pf-menu-toggle");
  const show = (open) => {
    side?.toggleAttribute("data-open", open);
    toggle?.setAttribute("aria-expanded", String(open));
    if (open) side.querySelector("a")?.focus();
    else toggle?.focus();
  };
  toggle?.addEventListener("click", () => show(!side.hasAttribute("data-open")));
  document.addEventListener("click", (event) => {
    if (side?.hasAttribute("data-open") && !side.contains(event.target) && !toggle.contains(event.target)) show(false);
  });

  // All of a page for one answer, and how many are ticked; pressed again, none.
  document.querySelectorAll("[data-tick-all]").forEach((button) => {
    const boxes = [...document.querySelectorAll(`input[name="${CSS.escape(button.dataset.tickAll)}"]`)];
    const said = document.querySelector(`[data-ticked="${CSS.escape(button.dataset.tickAll)}"]`);
    const count = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      if (said) said.textContent = `已选${ticked}项，共${boxes.length}项`;
    };
    button.addEventListener("click", () => {
      const every = boxes.every((box) => box.checked);
      boxes.forEach((box) => (box.checked = !every));
      count();
    });
    boxes.forEach((box) => box.addEventListener("change", count));
    count();
  });

  let waiting = 0;
  const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side?.hasAttribute("data-open")) show(false);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      document.getElementById("pf-shortcuts")?.showModal();
    } else if (event.key === "/") {
      const box = document.querySelector("main input[type=search]");
      if (box) {
        event.preventDefault();
        box.focus();
      }
    } else if (event.key === "g") {
      waiting = Date.now();
      return;
    } else if (Date.now() - waiting < 1500) {
      document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)?.click();
    } else if (event.key === "j" || event.key === "k") {
      step(event.key === "j" ? 1 : -1);
    } else if (event.key === "u") {
      document.querySelector(".pf-crumbs a")?.click();
    } else if (event.key === "r") {
      reach(document.querySelector("main textarea[name=reason]"), event);
    } else {
      reach(document.querySelector(`main [data-key="${CSS.escape(event.key)}"], .pf-page-head [data-key="${CSS.escape(event.key)}"]`), event);
    }
    waiting = 0;
  });

  // A link is followed; a button is only reached: what decides a case is pressed on purpose.
  const reach = (target, event) => {
    if (!target) return;
    event.preventDefault();
    target.closest("details")?.setAttribute("open", "");
    if (target.matches("a")) target.click();
    else target.focus();
    target.scrollIntoView({ block: "nearest" });
  };

  const step = (by) => {
    const links = [...document.querySelectorAll("main .pf-table tbody a, main .pf-link-row")];
    if (!links.length) return;
    const now = links.indexOf(document.activeElement);
    links[Math.min(Math.max(now + by, 0), links.length - 1)].focus();
  };
});
