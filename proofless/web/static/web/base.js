// 两种外壳共用: scheme, toasts, guarded submits, dialogs, printing. No inline code, no eval.
"use strict";
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  follow();
  dark.addEventListener("change", follow);

  const toast = (text) => {
    const region = document.getElementById("pf-toasts");
    if (!region || !text) return;
    const box = document.createElement("div");
    box.className = "pf-toast";
    box.textContent = text;
    region.append(box);
    setTimeout(() => box.remove(), 8000);
  };

  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[data-held]").forEach((button) => {
      button.disabled = false;
      delete button.dataset.held;
    });
  };

  // A second click on submit would send the act twice; the server refuses it too, this spares the person the refusal.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const asked = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (asked && !form.dataset.sent && !confirm(asked)) {
      event.preventDefault();
      return;
    }
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    // Disabled only after the browser has collected the form, or the pressed button's own value would be lost.
    setTimeout(() => {
      form.querySelectorAll("button:not([type=button]), input[type=submit]").forEach((button) => {
        if (!button.disabled) button.dataset.held = "1";
        button.disabled = true;
      });
    });
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-print], [data-back], [data-open-dialog], [data-close-dialog], [data-copy]");
    if (!target) return;
    if (target.hasAttribute("data-print")) print();
    if (target.hasAttribute("data-open-dialog")) document.getElementById(target.dataset.openDialog)?.showModal();
    if (target.hasAttribute("data-close-dialog")) target.closest("dialog")?.close();
    if (target.hasAttribute("data-copy")) {
      navigator.clipboard?.writeText(target.dataset.copy).then(() => toast("已复制"));
    }
    if (target.hasAttribute("data-back") && document.referrer.startsWith(location.origin) && history.length > 1) {
      event.preventDefault();
      history.back();
    }
  });

  document.addEventListener("htmx:responseError", (event) => {
    let problem = {};
    try {
      problem = JSON.parse(event.detail.xhr.responseText);
    } catch {
      problem = { title: "服务暂时不可用", next_step: "请稍后再试" };
    }
    toast([problem.title, problem.next_step].filter(Boolean).join("。"));
  });
  document.addEventListener("htmx:sendError", () => toast("网络不通，请检查网络后重试"));

  // A table wider than its place is scrolled by keyboard too, and says what it is; one with links in it is anyway.
  const scrollable = (wrap) => {
    if (wrap.scrollWidth <= wrap.clientWidth || wrap.querySelector("a, button, input, select, textarea, summary")) return;
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "region");
    wrap.setAttribute("aria-label", wrap.querySelector("caption")?.textContent || "表格");
  };
  const resized = new ResizeObserver((seen) => seen.forEach((one) => scrollable(one.target)));

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector(".pf-error-summary")?.focus();
    document.querySelectorAll(".pf-table-wrap").forEach((wrap) => resized.observe(wrap));
    // On a phone the chosen filter may stand outside the strip.
    document.querySelectorAll(".pf-filters [aria-current]").forEach((chosen) => {
      const strip = chosen.closest(".pf-filters");
      const over = chosen.getBoundingClientRect().right - strip.getBoundingClientRect().right;
      if (over > 0) strip.scrollLeft = over + 16;
    });
  });
  window.pfToast = toast;
})();
