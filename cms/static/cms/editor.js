// Keeps the panels beside a posting's form current while it is edited.
//
// The form is compared with what was sent last, several times a second and only while a panel is open. The server answers with the parts of
// the panels; a part that says something else than before takes the place of the one shown.
//
// Who is signed out meanwhile is told so, and loses nothing: having signed in elsewhere they go on here, for the form gets the token that
// signing in has made.
"use strict";

(() => {
  const INTERVAL = 700;
  const AFTER_A_FAILURE = 5000;
  const WIDE = "(min-width: 1100px)";
  const REMEMBERED = "wagtail:side-panel-open";
  // what autosaving changes in the form says nothing about the posting
  const LEFT_OUT = new Set(["loaded_revision_id", "loaded_revision_created_at", "overwrite_revision_id"]);

  let sent = null;
  let asking = null;
  let askAgainAt = Infinity;
  let notBefore = 0;
  let isSignedOut = false;
  let hasRenewed = false;

  const panels = () => [...document.querySelectorAll("[data-posting-panel]")];

  const isOpen = (panel) => !panel.closest("[data-side-panel]")?.hidden;

  const typed = (form) => {
    const values = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !LEFT_OUT.has(name));
    return new URLSearchParams(values).toString();
  };

  const markAs = (state) => {
    isSignedOut = state === "signed-out";
    document.querySelectorAll("[data-posting-notice]").forEach((notice) => {
      notice.hidden = notice.dataset.postingNotice !== state;
    });
    document.querySelectorAll("[data-posting-part]").forEach((part) => {
      part.hidden = isSignedOut;
    });
  };

  // whether somebody is signed in; an answer that leads elsewhere leads to the login
  const renewToken = async (url) => {
    const response = await fetch(url, { redirect: "manual" });
    if (response.type === "opaqueredirect") return false;
    if (!response.ok) throw new Error(`The server answers ${response.status}.`);
    const { token } = await response.json();
    document.querySelectorAll("[name='csrfmiddlewaretoken']").forEach((field) => {
      field.value = token;
    });
    return true;
  };

  const count = (part) => {
    const counter = document.querySelector(
      `[data-side-panel-toggle="${part.dataset.countOf}"] [data-side-panel-toggle-counter]`,
    );
    if (counter) {
      counter.textContent = part.dataset.count;
      counter.hidden = part.dataset.count === "0";
    }
  };

  const show = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    answer.querySelectorAll("[data-posting-part]").forEach((part) => {
      const shown = document.querySelector(`[data-posting-part="${part.dataset.postingPart}"]`);
      if (!shown) return;
      if (shown.innerHTML !== part.innerHTML) {
        const focused = shown.contains(document.activeElement) ? document.activeElement.id : "";
        shown.innerHTML = part.innerHTML;
        if (focused) document.getElementById(focused)?.focus();
      }
      if (part.dataset.count) count(part);
      if (part.dataset.askAgain) askAgainAt = Date.now() + 1000 * Number(part.dataset.askAgain);
    });
  };

  const ask = async (url, body) => {
    asking?.abort();
    const request = new AbortController();
    asking = request;
    sent = body;
    askAgainAt = Infinity;
    try {
      if (isSignedOut) {
        sent = null;
        isSignedOut = !(await renewToken(url));
        if (isSignedOut) notBefore = Date.now() + AFTER_A_FAILURE;
        return;
      }
      const response = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(body),
        headers: { "X-Requested-With": "XMLHttpRequest" },
        signal: request.signal,
      });
      // nobody is signed in, or somebody signed in anew, or may not edit this any more
      if (response.status === 403 && !hasRenewed) {
        sent = null;
        hasRenewed = true;
        if (!(await renewToken(url))) {
          markAs("signed-out");
          notBefore = Date.now() + AFTER_A_FAILURE;
        }
        return;
      }
      if (!response.ok) throw new Error(`The server answers ${response.status}.`);
      const html = await response.text();
      if (request.signal.aborted) return;
      hasRenewed = false;
      show(html);
      markAs("current");
    } catch (error) {
      if (request.signal.aborted) return;
      sent = null;
      hasRenewed = false;
      notBefore = Date.now() + AFTER_A_FAILURE;
      markAs("stale");
    } finally {
      if (asking === request) asking = null;
    }
  };

  const look = () => {
    const form = document.querySelector("form[data-edit-form]");
    const panel = panels().find(isOpen);
    if (!form || !panel || document.hidden || Date.now() < notBefore) return;
    const body = typed(form);
    if (body !== sent || (!asking && Date.now() >= askAgainAt)) ask(panel.dataset.postingPanel, body);
  };

  const keepWhatIsTyped = (event) => {
    if (!isSignedOut || !event.target.matches("form[data-edit-form]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.querySelector('[data-side-panel="followers"]')?.dispatchEvent(new CustomEvent("open"));
  };

  const openUnlessClosedBefore = () => {
    try {
      if (localStorage.getItem(REMEMBERED) !== null || !matchMedia(WIDE).matches) return;
    } catch {
      return;
    }
    document.querySelector('[data-side-panel="followers"]')?.dispatchEvent(new CustomEvent("open"));
  };

  window.addEventListener("load", () => {
    // after Wagtail's own script has put the panels in order
    setTimeout(openUnlessClosedBefore);
    setInterval(look, INTERVAL);
    window.addEventListener("submit", keepWhatIsTyped, { capture: true });
    window.addEventListener("focus", () => {
      notBefore = 0;
    });
  });
})();
