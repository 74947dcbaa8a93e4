// 我的码: counts down, fetches the next code in time, and covers a code that is no longer good.
"use strict";
(() => {
  const start = (box) => {
    if (box.dataset.running) return;
    box.dataset.running = "1";
    const frame = box.querySelector("[data-qr-live]");
    const cover = box.querySelector("[data-qr-cover]");
    const left = box.querySelector("[data-qr-left]");
    const seconds = Number(box.dataset.seconds);
    let deadline = Date.now() + seconds * 1000;
    let loading = false;

    const stale = (is) => {
      box.classList.toggle("pf-qr-stale", is);
      cover.hidden = !is;
    };
    const refresh = async () => {
      if (loading || !box.dataset.refresh) return;
      loading = true;
      try {
        const reply = await fetch(box.dataset.refresh, { headers: { "HX-Request": "true" }, cache: "no-store" });
        if (!reply.ok) throw new Error(String(reply.status));
        frame.innerHTML = await reply.text();
        deadline = Date.now() + seconds * 1000;
        stale(false);
      } catch {
        if (Date.now() >= deadline) stale(true);
      } finally {
        loading = false;
      }
    };
    const tick = () => {
      const rest = Math.max(0, Math.ceil((deadline - Date.now()) / 1000));
      if (left) left.textContent = String(rest);
      if (rest === 0 && cover.hidden) stale(true);
      if (rest <= 3 && !document.hidden) refresh();
    };
    cover.querySelector("button")?.addEventListener("click", refresh);
    document.addEventListener("visibilitychange", () => !document.hidden && tick());
    setInterval(tick, 1000);
    tick();
  };
  const all = () => document.querySelectorAll("[data-qr]").forEach(start);
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:load", all);
})();
