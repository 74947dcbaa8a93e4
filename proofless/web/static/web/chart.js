// 图表: draws <figure data-chart='{"kind","labels","series":[{"name","values"}],"unit"}'>; its table stays readable.
"use strict";
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const PALETTE = ["#2b6cb8", "#c77c11", "#2f8f6b", "#8a63b8", "#b8463e", "#5b7285"];
  // Faint: enough to tell series apart without their colours, not enough to flicker.
  const FAINT = "rgba(255, 255, 255, 0.28)";
  const DECAL = [{ symbol: "none" }, { symbol: "rect", color: FAINT, dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: 0.7 },
    { symbol: "circle", color: FAINT, symbolSize: 0.5 }, { symbol: "triangle", color: FAINT, symbolSize: 0.5 }];

  const number = (value, unit) =>
    value == null ? "未知" : unit === "%" ? `${(value * 100).toFixed(1)}%` : `${value.toLocaleString("zh-CN")}${unit}`;

  // No bar would look like nothing achieved: where there is nothing to count, the name says so.
  const named = (spec) => spec.labels.map((label, at) =>
    spec.series.every((one) => one.values[at] == null) ? `${label}（暂无）` : label);

  const axes = (spec, ink, line, width) => {
    // On a phone a department's name breaks rather than leave its bar no room.
    const fitting = spec.kind === "hbar" ? { width: Math.max(72, Math.min(200, width * 0.34)), overflow: "break" } : {};
    const category = { type: "category", data: named(spec), axisLabel: { color: ink, ...fitting }, axisTick: { show: false },
      axisLine: { lineStyle: { color: line } }, inverse: spec.kind === "hbar" };
    const ratio = spec.unit === "%";
    const value = { type: "value", interval: ratio ? 0.25 : null, minInterval: ratio ? null : 1,
      axisLabel: { color: ink, hideOverlap: true, formatter: (v) => (ratio ? `${Math.round(v * 100)}%` : number(v, spec.unit)) },
      splitLine: { lineStyle: { color: line } }, max: spec.unit === "%" ? 1 : null };
    return spec.kind === "hbar" ? { xAxis: value, yAxis: category } : { xAxis: category, yAxis: value };
  };

  const option = (spec, width) => {
    const ink = colour("--pf-ink-2");
    const line = colour("--pf-line");
    const base = {
      color: PALETTE,
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      textStyle: { fontFamily: colour("--pf-font") },
      // HTML tooltips carry style attributes, which the page's CSP refuses.
      tooltip: { trigger: spec.kind === "pie" ? "item" : "axis", renderMode: "richText", confine: true,
        valueFormatter: (v) => number(v, spec.unit) },
      legend: { show: spec.series.length > 1 || spec.kind === "pie", bottom: 0, textStyle: { color: ink } },
      grid: { left: 8, right: 28, top: 16, bottom: spec.series.length > 1 ? 36 : 8, containLabel: true },
    };
    if (spec.kind === "pie") {
      const data = spec.labels.map((name, at) => ({ name, value: spec.series[0].values[at] }));
      return { ...base, series: [{ type: "pie", radius: ["48%", "72%"], center: ["50%", "44%"], data,
        label: { color: ink }, itemStyle: { borderColor: colour("--pf-surface"), borderWidth: 2 } }] };
    }
    const series = spec.series.map((one, at) => ({
      name: one.name, data: one.values, type: spec.kind === "line" ? "line" : "bar", barMaxWidth: 28,
      stack: spec.kind === "stacked" ? "all" : null, symbolSize: 7, lineStyle: { width: 2.5, type: at % 2 ? "dashed" : "solid" },
      itemStyle: { borderRadius: spec.kind === "stacked" ? 0 : 3, decal: DECAL[at % DECAL.length] },
    }));
    return { ...base, ...axes(spec, ink, line, width), series };
  };

  const draw = (figure) => {
    const canvas = figure.querySelector("[data-chart-canvas]");
    if (canvas.dataset.drawn) return;
    canvas.dataset.drawn = "1";
    const spec = JSON.parse(figure.dataset.chart);
    const chart = echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(option(spec, canvas.clientWidth));
    new ResizeObserver(() => {
      chart.resize();
      chart.setOption(option(spec, canvas.clientWidth));
    }).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.setOption(option(spec, canvas.clientWidth), true));
    chart.on("click", (event) => {
      const address = spec.links?.[event.dataIndex];
      if (address) location.assign(address);
    });
  };
  const all = () => document.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:load", all);
})();
