// 手机页: filters keep the chosen one in sight.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".pf-filters [aria-current]").forEach((one) => {
    const list = one.closest(".pf-filters");
    list.scrollLeft = one.offsetLeft - list.clientWidth / 2 + one.offsetWidth / 2;
  });
});
