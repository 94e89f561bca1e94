// A file can be dropped anywhere on its field's frame; the field itself takes it, so the form works as without script.
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    const frame = event.target.closest?.("[data-drop]");
    if (!frame) return;
    event.preventDefault();
    frame.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  const frame = event.target.closest?.("[data-drop]");
  if (frame && !frame.contains(event.relatedTarget)) frame.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  const frame = event.target.closest?.("[data-drop]");
  if (!frame) return;
  event.preventDefault();
  frame.classList.remove("over");
  const input = frame.querySelector('input[type="file"]');
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
