// A toast can be closed; the error summary takes the focus when a form comes back.
const CLOSE = "Close";

function dress(root) {
  for (const toast of root.querySelectorAll(".toasts > .toast:not([data-dressed])")) {
    toast.dataset.dressed = "";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = CLOSE;
    button.addEventListener("click", () => toast.remove());
    toast.append(button);
  }
}

function look() {
  dress(document);
  const summary = document.querySelector("[data-focus]:not([data-focused])");
  if (summary) {
    summary.dataset.focused = "";
    summary.focus();
  }
}

look();
document.addEventListener("htmx:after:settle", look);
document.addEventListener("htmx:after:swap", look);
