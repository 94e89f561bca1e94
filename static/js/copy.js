// A field with data-copy gets a button beside it that copies what it holds, and is marked whole when it is entered.
for (const field of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn plain";
  button.textContent = "Copy";
  const label = document.querySelector(`label[for="${field.id}"]`).textContent.toLowerCase();
  button.setAttribute("aria-label", `Copy the ${label}`);
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Without the right to the clipboard, as over plain http, what is marked is copied in the old way.
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  field.addEventListener("focus", () => field.select());
  field.after(button);
}
