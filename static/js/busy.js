// A form is sent once: its button turns while it is under way, and a second click does nothing.
const WAIT = 15000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented && !form.matches("[hx-post],[hx-get]")) return;
  if (form.method !== "post" || event.submitter?.formTarget) return; // what fills a frame leaves the page as it is
  if (form.dataset.busy === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.busy = "true";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => free(form), WAIT);
}, true);

function free(form) {
  delete form.dataset.busy;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
}

addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(free));
for (const name of ["htmx:after:request", "htmx:error"]) {
  document.addEventListener(name, () => document.querySelectorAll("form[data-busy]").forEach(free));
}
