// 自助终端: whoever walks away is signed out; half a minute before, it is said on the screen and aloud to a reader.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const bar = document.querySelector("[data-kiosk]");
  if (!bar) return;
  const words = bar.querySelector("[data-kiosk-words]");
  const usual = words.textContent;
  let left = Number(bar.dataset.kiosk);
  let asked = false;
  const stay = () => {
    left = Number(bar.dataset.kiosk);
    if (asked) {
      asked = false;
      words.textContent = usual;
      // The server counts too: it must hear that she is still there.
      fetch(location.href, { headers: { "X-Still-There": "1" } });
    }
  };
  ["pointerdown", "keydown", "scroll", "touchstart"].forEach((name) =>
    document.addEventListener(name, stay, { passive: true }),
  );
  setInterval(() => {
    left -= 1;
    if (left === 30) {
      asked = true;
      words.textContent = "还在吗？碰一下屏幕就不退出，30秒后自动退出";
    }
    if (left <= 0) bar.querySelector("form").requestSubmit();
  }, 1000);
  // What the browser kept of a page must not come back with its back button.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
});
