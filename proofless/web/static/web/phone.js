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
// 填一项存一项: a field was left, or nothing typed for a while; without a network the form is kept here and sent later.
(() => {
  let timer = 0;
  let unsent = false;
  const say = (text) => {
    const place = document.getElementById("kept");
    if (!place) return;
    const line = document.createElement("p");
    line.className = "pf-small pf-muted";
    line.setAttribute("role", "status");
    line.textContent = text;
    place.replaceChildren(line);
  };
  // A refusal comes as a whole page; its title says what was refused.
  const why = (page) => new DOMParser().parseFromString(page, "text/html").title.split(" · ")[0] || "系统没有收下";
  const keep = () => {
    const place = document.getElementById("kept");
    if (!place || !unsent) return;
    place.dispatchEvent(new CustomEvent("keep"));
  };
  const later = (event, wait) => {
    const field = event.target;
    if (!field.name?.startsWith("value:") || !document.getElementById("kept")) return;
    unsent = true;
    clearTimeout(timer);
    timer = setTimeout(keep, wait);
  };
  document.addEventListener("change", (event) => later(event, 300));
  document.addEventListener("input", (event) => later(event, 2500));
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "kept") say("正在保存…");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.id !== "kept") return;
    const { successful, xhr } = event.detail;
    if (successful) unsent = false;
    else if (!xhr.status) say("网络不通，填的内容还在这一页，连上网会自动保存。先不要关掉。");
    else say(`没有保存：${why(xhr.responseText)}。填的内容还在这一页，先记下来再离开。`);
  });
  addEventListener("online", keep);
  setInterval(() => navigator.onLine && keep(), 15000);
  addEventListener("beforeunload", (event) => {
    if (unsent && !document.querySelector("form[data-sent]")) event.preventDefault();
  });
})();
