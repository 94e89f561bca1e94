// The tick in a table's head ticks all rows, and is mixed when some are; the bar above counts them.
function count(table) {
  const rows = [...table.querySelectorAll("tbody .pick1 .box")];
  const picked = rows.filter((box) => box.checked).length;
  const head = table.querySelector("[data-tick-all]");
  if (head) {
    head.checked = picked > 0 && picked === rows.length;
    head.indeterminate = picked > 0 && picked < rows.length;
  }
  const place = table.closest(".scroll")?.parentElement?.querySelector("[data-picked]");
  if (place) place.textContent = picked;
}

document.addEventListener("change", (event) => {
  const table = event.target.closest?.("table.ledger");
  if (!table) return;
  if (event.target.matches("[data-tick-all]")) {
    for (const box of table.querySelectorAll("tbody .pick1 .box")) box.checked = event.target.checked;
  }
  count(table);
});

const all = () => document.querySelectorAll("table.ledger:has([data-tick-all])").forEach(count);
all();
addEventListener("pageshow", all);
document.addEventListener("htmx:after:settle", all);

for (const box of document.querySelectorAll("[data-some]")) {
  box.indeterminate = true;
  box.removeAttribute("data-some");
}
