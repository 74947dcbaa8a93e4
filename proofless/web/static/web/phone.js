// 手机页: filters keep the chosen one in sight; a chosen file is uploaded at once.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".pf-filters [aria-current]").forEach((one) => {
    const list = one.closest(".pf-filters");
    list.scrollLeft = one.offsetLeft - list.clientWidth / 2 + one.offsetWidth / 2;
  });
});
// 选好文件就上传: the form is kept as by 先保存, with the file in it.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-upload]") || !input.files.length) return;
  const label = input.parentElement.querySelector("label span");
  if (label) label.textContent = `正在上传 ${input.files[0].name}`;
  const save = document.createElement("input");
  save.type = "hidden";
  save.name = "act";
  save.value = "upload";
  input.form.append(save);
  input.form.requestSubmit();
});
