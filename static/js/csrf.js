// HTMX sends the page's token with every request that changes something.
document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token && request.method !== "GET") request.headers["X-CSRFToken"] = token.content;
});
