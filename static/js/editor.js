// The line numbers beside the JSON editor follow the text.
function number(editor) {
  const area = editor.querySelector("textarea");
  const places = editor.querySelector(".nos");
  const lines = Math.max(area.value.split("\n").length, 6);
  const bad = Number(editor.dataset.badLine);
  if (places.dataset.lines === String(lines)) return;
  places.dataset.lines = lines;
  places.replaceChildren();
  for (let line = 1; line <= lines; line += 1) {
    if (line > 1) places.append("\n");
    if (line === bad) {
      const mark = document.createElement("b");
      mark.textContent = line;
      places.append(mark);
    } else {
      places.append(String(line));
    }
  }
  area.rows = lines;
}

document.addEventListener("input", (event) => {
  const editor = event.target.closest?.("[data-editor]");
  if (editor) number(editor);
});
