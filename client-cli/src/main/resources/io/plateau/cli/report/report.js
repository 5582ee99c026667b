// Shows the numbers under the pointer, or under the arrow keys on a focused figure. They are read from the figure's own table.
"use strict";
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("role", "status");
  document.body.append(tip);

  const number = (text) => {
    const cleaned = text.trim();
    return /^-?[\d.]+(e-?\d+)?$/.test(cleaned) ? Number(cleaned) : NaN;
  };

  const scale = (text) => {
    const [min, max, kind] = text.split(" ");
    const f = kind === "log" ? Math.log : (v) => v;
    const a = f(Number(min));
    const b = f(Number(max));
    return (v) => (f(v) - a) / (b - a);
  };

  for (const chart of document.querySelectorAll("svg.chart[data-table]")) {
    const table = document.getElementById(chart.dataset.table);
    if (!table) continue;
    // A native tooltip of the whole drawing would cover ours.
    const title = chart.querySelector(":scope > title");
    chart.setAttribute("aria-label", title.textContent);
    chart.removeAttribute("aria-labelledby");
    chart.setAttribute("aria-describedby", chart.querySelector(":scope > desc").id);
    title.remove();

    const [left, top, width, height] = chart.dataset.plot.split(" ").map(Number);
    const x = scale(chart.dataset.x);
    const y = chart.dataset.y ? scale(chart.dataset.y) : null;
    const colours = chart.dataset.series.split(" ").filter(Boolean);
    const first = Number(chart.dataset.column);
    const headers = Array.from(table.tHead.rows[0].cells, (cell) => cell.textContent);
    const last = colours.length ? first + colours.length : headers.length;
    const rows = Array.from(table.tBodies[0].rows)
      .map((row) => ({ at: x(number(row.cells[0].textContent)), cells: Array.from(row.cells, (cell) => cell.textContent) }))
      .filter((row) => Number.isFinite(row.at) && row.cells.slice(first, last).some((text) => text !== "–"));
    const cursor = chart.querySelector(".cursor");
    let current = -1;

    const hide = () => {
      cursor.replaceChildren();
      tip.hidden = true;
      current = -1;
    };

    const show = (index) => {
      current = index;
      const row = rows[index];
      const px = left + row.at * width;
      const line = document.createElementNS(chart.namespaceURI, "line");
      for (const [name, value] of [["x1", px], ["x2", px], ["y1", top], ["y2", top + height]]) line.setAttribute(name, value);
      cursor.replaceChildren(line);
      const head = document.createElement("strong");
      head.textContent = headers[0] + " " + row.cells[0];
      tip.replaceChildren(head);
      for (let column = first; column < last; column++) {
        if (row.cells[column] === "–") continue;
        const colour = colours[column - first] || "";
        const entry = document.createElement("div");
        const name = document.createElement("span");
        name.className = "name";
        if (colour) {
          const dot = document.createElement("i");
          dot.className = colour;
          name.append(dot);
        }
        name.append(headers[column]);
        const value = document.createElement("span");
        value.textContent = row.cells[column];
        entry.append(name, value);
        tip.append(entry);
        const share = y ? y(number(row.cells[column])) : NaN;
        if (share >= -0.001 && share <= 1.001) {
          const dot = document.createElementNS(chart.namespaceURI, "circle");
          dot.setAttribute("class", "dot " + colour);
          dot.setAttribute("cx", px);
          dot.setAttribute("cy", top + (1 - share) * height);
          dot.setAttribute("r", 4);
          cursor.append(dot);
        }
      }
      tip.hidden = false;
      const box = chart.getBoundingClientRect();
      const zoom = box.width / chart.viewBox.baseVal.width;
      const at = box.left + px * zoom;
      const flip = at + 24 + tip.offsetWidth > document.documentElement.clientWidth;
      tip.style.left = window.scrollX + Math.max(4, flip ? at - 14 - tip.offsetWidth : at + 14) + "px";
      tip.style.top = window.scrollY + Math.max(4, box.top + top * zoom + 8) + "px";
    };

    chart.addEventListener("pointermove", (event) => {
      if (!rows.length) return;
      const box = chart.getBoundingClientRect();
      const share = (((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width - left) / width;
      if (share < -0.05 || share > 1.05) return hide();
      let best = 0;
      for (let i = 1; i < rows.length; i++) if (Math.abs(rows[i].at - share) < Math.abs(rows[best].at - share)) best = i;
      show(best);
    });
    chart.addEventListener("pointerleave", hide);
    chart.addEventListener("blur", hide);
    chart.addEventListener("keydown", (event) => {
      if (!rows.length) return;
      if (event.key === "Escape") hide();
      else if (event.key === "ArrowRight") show(Math.min(current + 1, rows.length - 1));
      else if (event.key === "ArrowLeft") show(Math.max(current - 1, 0));
      else if (event.key === "Home") show(0);
      else if (event.key === "End") show(rows.length - 1);
      else return;
      event.preventDefault();
    });
  }
})();
