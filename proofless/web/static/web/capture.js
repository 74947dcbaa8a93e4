// 拍照检查: a chosen picture is measured before it leaves, the same way the node and the clerk measure it
// (applications/uploads/rules.py, measure). What is too small or too dark the node says with the box, in data-measure.
// A hint never blocks: she may send it all the same.
"use strict";
const MEASURING = {
  side: 480,
  band: 0.015,
  surround: 0.6,
};
const HINTS = {
  resolution: "图片太小，字可能看不清，请靠近一些重拍",
  sharp: "图片有些模糊，请拿稳手机、对好焦再拍",
  bright: "图片太暗或反光，请到亮处、避开灯光直射再拍",
  contrast: "图片几乎是空白，请核对是不是拍错了",
  whole: "纸张的边可能没有拍全，请把四个角都拍进去",
};
const spreadOf = (values) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(values.length, 1);
  return { mean, variance };
};
const laplacianOf = (grey, width, height) => {
  const found = [];
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const sum = grey[at - width] + grey[at - 1] - 4 * grey[at] + grey[at + 1] + grey[at + width] + 128;
      found.push(Math.max(0, Math.min(255, sum)));
    }
  }
  return found;
};
const cutOf = (grey, width, height, ink) => {
  const band = Math.max(2, Math.round(MEASURING.band * Math.min(width, height)));
  if (Math.min(width, height) <= 2 * band) return 0;
  let inked = 0;
  let area = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (x >= band && x < width - band && y >= band && y < height - band) continue;
      area += 1;
      if (grey[y * width + x] < ink) inked += 1;
    }
  }
  return inked / area;
};
const measure = (bitmap, limits) => {
  const scale = Math.min(1, MEASURING.side / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const pixels = context.getImageData(0, 0, width, height).data;
  const grey = new Array(width * height);
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = Math.round(0.299 * pixels[4 * at] + 0.587 * pixels[4 * at + 1] + 0.114 * pixels[4 * at + 2]);
  }
  const { mean, variance } = spreadOf(grey);
  const cut = cutOf(grey, width, height, mean - 1.2 * Math.sqrt(variance));
  return {
    resolution: Math.min(bitmap.width, bitmap.height) >= limits.short_px,
    sharp: spreadOf(laplacianOf(grey, width, height)).variance >= limits.sharp,
    bright: limits.dark <= mean && mean <= limits.light,
    contrast: Math.sqrt(variance) >= limits.contrast,
    whole: !(limits.cut_percent / 100 < cut && cut < MEASURING.surround), // dark all round is the table
  };
};
window.pfMeasure = measure;
const tell = (input, hints) => {
  const box = input.closest(".pf-control");
  box.querySelector("[data-hints]")?.remove();
  const told = document.createElement("div");
  told.dataset.hints = "";
  told.setAttribute("role", "status");
  const list = document.createElement("ul");
  list.className = "pf-bullets";
  hints.forEach((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    list.append(line);
  });
  const row = document.createElement("div");
  row.className = "pf-row";
  const button = (text, kind, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `pf-btn ${kind}`.trim();
    made.textContent = text;
    made.addEventListener("click", act);
    row.append(made);
    return made;
  };
  const again = button("重拍一张", "pf-btn-primary", () => input.click());
  button("就用这张上传", "", () => {
    input.dataset.measured = "1";
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  told.append(list, row);
  box.append(told);
  again.focus();
};
document.addEventListener(
  "change",
  async (event) => {
    const input = event.target;
    if (!input.matches?.("[data-upload]") || !input.files.length) return;
    if (input.dataset.measured || !/^image\//.test(input.files[0].type)) {
      delete input.dataset.measured;
      return;
    }
    event.stopImmediatePropagation();
    let hints = [];
    try {
      const found = measure(await createImageBitmap(input.files[0]), JSON.parse(input.dataset.measure));
      hints = Object.keys(HINTS).filter((name) => !found[name]).map((name) => HINTS[name]);
    } catch {
      hints = []; // what the browser cannot open, the node refuses with words
    }
    if (hints.length) {
      tell(input, hints);
      return;
    }
    input.dataset.measured = "1";
    input.dispatchEvent(new Event("change", { bubbles: true }));
  },
  true,
);
