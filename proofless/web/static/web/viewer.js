// 版式查看: zoom by buttons, by + - 0 while the viewer has focus, and by dragging when enlarged; words are found and
// marked; a seal on the page is outlined and leads to its details.
"use strict";
const frame = (svg, box, name) => {
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [key, value] of Object.entries(box)) rect.setAttribute(key, String(value));
  rect.setAttribute("class", name);
  svg.append(rect);
  return rect;
};
const find = (form, pages) => {
  const lines = JSON.parse(form.dataset.lines);
  const said = form.querySelector("[data-viewer-found]");
  let marks = [];
  let at = 0;
  let wanted = "";
  const show = () => {
    marks.forEach((mark, number) => mark.classList.toggle("pf-viewer-here", number === at));
    marks[at]?.scrollIntoView({ block: "center", inline: "center" });
    said.textContent = marks.length ? `第 ${at + 1} 处，共 ${marks.length} 处` : wanted ? "没有找到" : "";
  };
  const search = (words) => {
    marks.forEach((mark) => mark.remove());
    [marks, at, wanted] = [[], 0, words];
    for (const [page, text, edges, y, height] of words ? lines : []) {
      const svg = pages[page - 1]?.querySelector("svg");
      for (let spot = text.indexOf(words); svg && spot >= 0; spot = text.indexOf(words, spot + 1)) {
        const box = { x: edges[spot], y, width: edges[spot + words.length] - edges[spot], height };
        marks.push(frame(svg, box, "pf-viewer-mark"));
      }
    }
    show();
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = form.querySelector("input").value.replace(/\s/gu, "");
    if (words !== wanted) return search(words);
    at = marks.length ? (at + 1) % marks.length : 0;
    show();
  });
};
const outline = (group) => {
  const panel = document.getElementById(`seal-${group.dataset.seal}`);
  const box = group.getBBox();
  const rect = frame(group, { x: box.x, y: box.y, width: box.width, height: box.height }, "pf-viewer-seal");
  if (!panel) return;
  rect.classList.add("pf-viewer-seal-link");
  group.addEventListener("click", () => {
    panel.closest("details")?.setAttribute("open", "");
    panel.tabIndex = -1;
    panel.focus();
    panel.scrollIntoView({ block: "start" });
  });
};
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
    const pages = viewer.querySelectorAll(".pf-viewer-page");
    viewer.querySelectorAll("[data-seal]").forEach(outline);
    const form = viewer.querySelector("[data-viewer-find]");
    if (form) find(form, pages);
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
