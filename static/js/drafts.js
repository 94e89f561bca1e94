// Words typed into a form with data-draft are kept in this tab until they are saved, so that an expired session loses none.
const PREFIX = "draft:";
const SENT = "draft-sent:";
const UNKEPT = new Set(["file", "password", "hidden", "submit", "button"]);
const SECRET = /password|token|csrf|code|key$/;

const kept = (field) => field.name && !field.disabled && !UNKEPT.has(field.type) && !SECRET.test(field.name);
const fields = (form) => [...form.elements].filter(kept);
const version = (form) => form.elements.version?.value ?? "";
const value = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);
const key = (field) => (field.type === "radio" || field.type === "checkbox" ? `${field.name}=${field.value}` : field.name);

function say(form, words) {
  for (const note of form.querySelectorAll("[data-draft-note]")) note.textContent = words;
}

function keep(form) {
  const all = Object.fromEntries(fields(form).map((field) => [key(field), value(field)]));
  try {
    sessionStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ at: Date.now(), version: version(form), all }));
  } catch {
    return;
  }
  say(form, `Draft kept ${new Date().toTimeString().slice(0, 5)}`);
}

function restore(form, draft) {
  const at = new Date(draft.at).toTimeString().slice(0, 5);
  if (draft.version !== version(form)) {
    say(form, `Draft of ${at} not restored: someone has saved since`);
    return;
  }
  for (const field of fields(form)) {
    const was = draft.all[key(field)];
    if (was === undefined || was === value(field)) continue;
    if (typeof was === "boolean") field.checked = was;
    else field.value = was;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  say(form, `Draft of ${at} restored`);
}

function begin(form) {
  if (form.dataset.draftReady) return;
  form.dataset.draftReady = "yes";
  const name = form.dataset.draft;
  const failed = form.querySelector(".summary") !== null;
  const stored = sessionStorage.getItem(PREFIX + name);
  if (failed) keep(form);
  else if (stored) restore(form, JSON.parse(stored));
  sessionStorage.removeItem(SENT + name);
  let timer;
  form.querySelector(".savebar a[href]")?.addEventListener("click", () => {
    clearTimeout(timer);
    sessionStorage.removeItem(PREFIX + name);
  });
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(keep, 400, form);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    keep(form);
    sessionStorage.setItem(SENT + name, location.pathname);
  });
}

// A form that was sent and is not on the page that came back has been saved; a sign-in page in between says nothing about it.
function settle() {
  const asked = document.querySelector('[data-failed], [type="password"], [autocomplete^="one"], [action*="sign-in"]');
  for (const name of Object.keys(sessionStorage)) {
    if (!name.startsWith(SENT) || asked) continue;
    const draft = name.slice(SENT.length);
    if (!document.querySelector(`form[data-draft="${CSS.escape(draft)}"]`)) {
      sessionStorage.removeItem(name);
      sessionStorage.removeItem(PREFIX + draft);
    }
  }
}

function look() {
  settle();
  document.querySelectorAll("form[data-draft]").forEach(begin);
}

look();
document.addEventListener("htmx:after:settle", look);
