// 版式查看: zoom by buttons, by + - 0 while the viewer has focus, and by dragging when enlarged.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-viewer]").forEach((viewer) => {
    const stage = viewer.querySelector("[data-viewer-stage]");
    const scale = viewer.querySelector("[data-viewer-scale]");
    let size = 100;
    const zoom = (to) => {
      const middle = (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth;
      size = Math.min(400, Math.max(50, to));
      stage.style.setProperty("--pf-zoom", String(size / 100));
      scale.textContent = `${size}%`;
      stage.scrollLeft = middle * stage.scrollWidth - stage.clientWidth / 2;
    };
    const acts = { in: () => zoom(size + 25), out: () => zoom(size - 25), reset: () => zoom(100) };
    viewer.addEventListener("click", (event) => {
      const act = event.target.closest("[data-zoom]")?.dataset.zoom;
      if (act) acts[act]();
    });
    stage.addEventListener("keydown", (event) => {
      const act = { "+": "in", "=": "in", "-": "out", 0: "reset" }[event.key];
      if (act && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        acts[act]();
      }
    });
    let from = null;
    stage.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse") from = { x: event.clientX + stage.scrollLeft, y: event.clientY + stage.scrollTop };
    });
    addEventListener("pointermove", (event) => {
      if (from) stage.scrollTo(from.x - event.clientX, from.y - event.clientY);
    });
    addEventListener("pointerup", () => {
      from = null;
    });
  });
});
