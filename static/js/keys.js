// "/" searches, "j" and "k" move through the rows, "x" ticks, Enter opens (it is a link), "?" shows the keys.
// Nothing happens while one types, with Ctrl, Alt or Meta, or after the keys were switched off (data-keys-off on <html>, or here).
const OFF = "keys-off";
const typing = (element) => element.matches("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
const off = () => document.documentElement.dataset.keysOff !== undefined || localStorage.getItem(OFF) === "yes";
const rows = () => [...document.querySelectorAll("[data-rows] tr")].filter((row) => row.querySelector("th a, td a"));

function move(step) {
  const list = rows();
  if (!list.length) return;
  const at = list.findIndex((row) => row.contains(document.activeElement));
  const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1)];
  next.querySelector("th a, td a").focus();
  next.scrollIntoView({ block: "nearest" });
}

const acts = {
  "/": () => document.querySelector('[data-key="/"]')?.focus(),
  j: () => move(1),
  k: () => move(-1),
  x: () => document.activeElement.closest("[data-rows] tr")?.querySelector(".pick1 .box")?.click(),
  "?": () => document.querySelector('[data-key="?"]')?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target) || off()) return;
  if (!Object.hasOwn(acts, event.key)) return;
  if (event.key === "/" && !document.querySelector('[data-key="/"]')) return;
  event.preventDefault();
  acts[event.key]();
});

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = localStorage.getItem(OFF) !== "yes";
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "no" : "yes"));
}
