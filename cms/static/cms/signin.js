/* Forms that ask the browser for a passkey: django-allauth's scripts do it, told by data attributes what is where. */
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) {
    const without = document.querySelector("[data-no-passkeys]");
    if (form && without) without.hidden = false;
    return;
  }
  form.hidden = false;
  const ids = { credential: "passkey-credential" };
  const button = "passkey-button";
  const { addForm, authenticateForm, loginForm } = window.allauth.webauthn.forms;
  switch (form.dataset.passkey) {
    case "login":
      loginForm({ ids: { ...ids, login: button } });
      break;
    case "add":
      addForm({ ids: { ...ids, add: button, passwordless: "id_passwordless", data: "passkey-data" } });
      break;
    case "authenticate":
      authenticateForm({ ids: { ...ids, authenticate: button, data: "passkey-data" } });
  }
  document.addEventListener("allauth.error", () => {
    form.querySelector("[data-passkey-trouble]").hidden = false;
  });
})();
