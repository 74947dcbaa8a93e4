// 扫码: camera frames to zxing-wasm (served by us), the first code found is posted with the form.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-scan]");
  if (!box) return;
  const form = box.querySelector("form");
  const input = form.querySelector("[name=code]");
  const video = box.querySelector("video");
  const status = box.querySelector("[data-scan-status]");
  const button = box.querySelector("[data-scan-start]");
  const canvas = document.createElement("canvas");
  let running = false;

  const say = (text) => {
    status.textContent = text;
  };
  const stop = () => {
    running = false;
    video.srcObject?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    button.hidden = false;
  };
  const look = async () => {
    if (!running) return;
    if (video.readyState >= 2 && video.videoWidth) {
      const scale = Math.min(1, 960 / video.videoWidth);
      canvas.width = video.videoWidth * scale;
      canvas.height = video.videoHeight * scale;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const image = context.getImageData(0, 0, canvas.width, canvas.height);
      const found = await ZXingWASM.readBarcodes(image, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
      const text = found.find((one) => one.isValid)?.text;
      if (text && running) {
        stop();
        say("已读到码，正在核验…");
        input.value = text;
        form.requestSubmit();
        return;
      }
    }
    setTimeout(look, 80);
  };
  const open = async () => {
    say("正在打开摄像头…");
    try {
      ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => box.dataset.wasm } });
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
      await video.play();
      running = true;
      button.hidden = true;
      say("请将二维码放入框内");
      look();
    } catch (error) {
      stop();
      say(
        error.name === "NotAllowedError"
          ? "没有获得摄像头权限。请在浏览器设置中允许，或在下方手动输入。"
          : "摄像头打不开。可在下方手动输入码的内容。",
      );
    }
  };
  button.addEventListener("click", open);
  addEventListener("pagehide", stop);
});
