// What harness.py asks a page. A target under a mouse in a dense table may be 24 px (WCAG 2.5.8), under a finger not.
({
  smallTargets(minimum) {
    const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    const dense = innerWidth > 640 ? ".pf-mark, .pf-crumbs, .pf-table tbody" : null;
    return [...document.querySelectorAll(controls)].flatMap((element) => {
      if (!element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) return [];
      if (element.closest(".pf-visually-hidden, .pf-skip")) return [];
      const label = element.matches("[type=checkbox], [type=radio]") ? element.closest("label") : null;
      const box = (label || element).getBoundingClientRect();
      const inline = getComputedStyle(element).display === "inline" && element.closest("p, li, dd, figcaption");
      if (!box.width || inline) return [];
      const least = dense && element.closest(dense) ? 24 : minimum;
      if (Math.round(box.height) >= least && (label || Math.round(box.width) >= least)) return [];
      const name = (element.textContent || element.name || "").trim().slice(0, 20);
      return [`${element.tagName.toLowerCase()} "${name}" ${Math.round(box.width)}x${Math.round(box.height)}`];
    });
  },

  widerThanWindow() {
    const width = document.documentElement.clientWidth;
    const inScroller = (element) => {
      for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
        const scrolls = ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
        if (scrolls && one.getBoundingClientRect().right <= width + 1) return true;
      }
      return false;
    };
    return [...document.body.querySelectorAll("*")]
      .filter((one) => one.checkVisibility({ checkVisibilityCSS: true }))
      .filter((one) => one.getBoundingClientRect().right > width + 1)
      .filter((one) => !one.closest(".pf-visually-hidden, .pf-side") && !inScroller(one))
      .map((one) => `${one.tagName.toLowerCase()}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`);
  },

  focused() {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const name = element.getAttribute("aria-label") || element.textContent || element.name || "";
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return { name: name.trim().slice(0, 40), seen: seen && element.getBoundingClientRect().width > 0 };
  },
})
