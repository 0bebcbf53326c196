// Keeps the panels beside a posting's form current while it is edited.
//
// The form is compared with what was sent last, several times a second and only while a panel is open. The server answers with the parts of
// the panels; a part that says something else than before takes the place of the one shown.
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

  const panels = () => [...document.querySelectorAll("[data-posting-panel]")];

  const isOpen = (panel) => !panel.closest("[data-side-panel]")?.hidden;

  const typed = (form) => {
    const values = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !LEFT_OUT.has(name));
    return new URLSearchParams(values).toString();
  };

  const markAsStale = (isStale) => {
    document.querySelectorAll("[data-posting-stale]").forEach((notice) => {
      notice.hidden = !isStale;
    });
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
      const response = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(body),
        headers: { "X-Requested-With": "XMLHttpRequest" },
        signal: request.signal,
      });
      if (!response.ok) throw new Error(`The server answers ${response.status}.`);
      const html = await response.text();
      if (request.signal.aborted) return;
      show(html);
      markAsStale(false);
    } catch (error) {
      if (request.signal.aborted) return;
      sent = null;
      notBefore = Date.now() + AFTER_A_FAILURE;
      markAsStale(true);
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
  });
})();
