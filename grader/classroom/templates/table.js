// Search, filter, sort and turn pages in the table. Without this script it is one long table.
"use strict";
(() => {
  const table = document.querySelector("table.rows");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const search = document.getElementById("search");
  const filter = document.getElementById("filter");
  const size = document.getElementById("size");
  const wide = table.parentElement;
  const status = document.getElementById("status");
  const [earlier, later] = ["earlier", "later"].map((id) => document.getElementById(id));
  const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  const rows = [...body.rows].map((row) => ({
    row,
    name: row.cells[0].textContent.trim().toLocaleLowerCase(),
    marks: (row.dataset.marks ?? "").split(" "),
    keys: heads.map((head, column) => key(head, row.cells[column].textContent.trim())),
  }));
  let sorted = { column: 0, up: true };
  let first = 0;

  // "3 of 8" and "1.5/2" begin with the number to sort by; what has none comes last.
  function key(head, text) {
    return head.classList.contains("number") ? Number.parseFloat(text) : text;
  }

  function compare(a, b) {
    if (typeof a === "string") return sorted.up ? names.compare(a, b) : names.compare(b, a);
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
    return sorted.up ? a - b : b - a;
  }

  function show() {
    const wanted = search.value.trim().toLocaleLowerCase();
    const found = rows.filter(
      ({ name, marks }) => name.includes(wanted) && (!filter.value || marks.includes(filter.value)),
    );
    found.sort((a, b) => compare(a.keys[sorted.column], b.keys[sorted.column]));
    const most = Number(size.value) || rows.length;
    first = Math.max(0, Math.min(first, Math.floor((found.length - 1) / most) * most));
    const last = Math.min(first + most, found.length);
    body.replaceChildren(...found.slice(first, last).map(({ row }) => row));
    status.textContent = found.length
      ? `${first + 1} to ${last} of ${found.length} ${table.dataset.many}`
      : "none fits";
    earlier.disabled = first === 0;
    later.disabled = last >= found.length;
    heads.forEach((head, column) => {
      const direction = sorted.up ? "ascending" : "descending";
      if (column === sorted.column) head.setAttribute("aria-sort", direction);
      else head.removeAttribute("aria-sort");
    });
  }

  function turn(pages) {
    first += pages * Number(size.value);
    show();
    table.scrollIntoView();
  }

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    const link = head.querySelector("a");
    if (link) {
      button.textContent = "⇅";
      button.className = "sort";
      button.setAttribute("aria-label", `sort by ${link.textContent}`);
    } else button.append(...head.childNodes);
    button.addEventListener("click", () => {
      sorted = { column, up: column === sorted.column ? !sorted.up : column === 0 };
      first = 0;
      show();
    });
    head.append(button);
  });

  // A heading that stays in view is possible where the table does not scroll by itself.
  function fit() {
    wide.classList.remove("fits");
    const fits = wide.scrollWidth <= wide.clientWidth;
    wide.classList.toggle("fits", fits);
    document.getElementById("scrolls").hidden = fits;
  }

  // Paper has all rows and all exercises.
  let before = { size: size.value, folded: [] };
  window.addEventListener("beforeprint", () => {
    const folded = [...document.querySelectorAll("details.exercise:not([open])")];
    before = { size: size.value, folded };
    size.value = "";
    for (const fold of before.folded) fold.open = true;
    show();
  });
  window.addEventListener("afterprint", () => {
    size.value = before.size;
    for (const fold of before.folded) fold.open = false;
    show();
  });
  for (const control of [search, filter, size]) {
    control.addEventListener("input", () => {
      first = 0;
      show();
    });
  }
  earlier.addEventListener("click", () => turn(-1));
  later.addEventListener("click", () => turn(1));
  window.addEventListener("resize", fit);
  document.getElementById("controls").hidden = false;
  show();
  fit();
})();
