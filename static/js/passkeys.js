// Passkeys: a form with data-passkey asks that address what to sign, has the device sign it, and goes on with the answer.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const described = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

const WORDS = {
  NotAllowedError: "Nothing was chosen, or it took too long. Try again when you are ready.",
  InvalidStateError: "This device holds a passkey for you here already.",
  SecurityError: "Passkeys do not work under this address.",
};
const OTHERWISE = "The passkey could not be asked for just now. Try again, or take another way.";

async function question(form) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const answer = await fetch(form.dataset.passkey, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const asked = await answer.json();
  asked.challenge = bytes(asked.challenge);
  if (asked.user) return { user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: described(asked.excludeCredentials), asked };
  return { allowCredentials: described(asked.allowCredentials), asked };
}

async function sign(form) {
  const { asked, ...binary } = await question(form);
  const publicKey = { ...asked, ...binary };
  const made = asked.user ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
  const { response } = made;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (asked.user) {
    said.attestationObject = text(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = text(response.authenticatorData);
    said.signature = text(response.signature);
    said.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  const { id, type } = made;
  return { id, rawId: text(made.rawId), type, response: said, clientExtensionResults: made.getClientExtensionResults() };
}

async function go(form) {
  const note = form.querySelector("[data-passkey-note]");
  const button = form.querySelector("button");
  note.hidden = true;
  button.disabled = true;
  try {
    form.elements.credential.value = JSON.stringify(await sign(form));
    form.submit();
  } catch (fault) {
    note.textContent = WORDS[fault.name] ?? OTHERWISE;
    note.hidden = false;
    button.disabled = false;
    button.removeAttribute("aria-busy");
    delete form.dataset.busy;
  }
}

// The script comes anew with a part of a page that needs it; one listener is enough.
if (window.PublicKeyCredential) {
  if (!document.listensForPasskeys) {
    document.listensForPasskeys = true;
    document.addEventListener("submit", (event) => {
      if (!event.target.matches("form[data-passkey]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      go(event.target);
    }, true);
  }
  for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = false;
}
