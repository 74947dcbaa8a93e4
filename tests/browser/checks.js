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
    // A file box lies unseen over its label, which wears the ring.
    const ring = element.closest(".pf-upload") ? getComputedStyle(element.nextElementSibling) : style;
    const seen = ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2;
    const number = Number(element.dataset.walk || 0);
    return { name: name.trim().slice(0, 40), seen: seen && element.getBoundingClientRect().width > 0, number };
  },

  numberControls() {
    const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const groups = new Set();
    const found = [...document.querySelectorAll(controls)].filter((one) => {
      if (one.disabled || !one.checkVisibility({ checkVisibilityCSS: true }) || one.closest(".pf-skip")) return false;
      if (one.type !== "radio") return true;
      // The browser stops at the checked one, or at the first or last of a group, as it pleases.
      const fresh = !groups.has(one.name);
      groups.add(one.name);
      return fresh;
    });
    found.forEach((one, at) => (one.dataset.walk = String(at + 1)));
    document.querySelectorAll("[type=radio]").forEach((one) => {
      const first = [...document.getElementsByName(one.name)].find((other) => other.dataset.walk);
      if (first) one.dataset.walk = first.dataset.walk;
    });
    return found.length;
  },

  unreached(reached) {
    const seen = new Set(reached.map(String));
    return [...document.querySelectorAll("[data-walk]")]
      .filter((one) => !seen.has(one.dataset.walk))
      .map((one) => `${one.tagName.toLowerCase()} ${(one.textContent || one.name || "").trim().slice(0, 30)}`);
  },
})
