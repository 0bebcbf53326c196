/* The list with scripts: htmx puts the new results in place; this keeps what the reader was at. */
(() => {
  const form = document.getElementById("find");
  if (!form) return;
  const query = document.getElementById("q");
  let asked = null;
  let unfolded = [];

  // only what was filled in belongs into the address
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt !== form) return;
    for (const [name, value] of [...detail.formData]) if (value === "") detail.formData.delete(name);
    if (!detail.formData.has("salary")) detail.formData.delete("currency");
  });

  document.addEventListener("htmx:beforeRequest", ({ detail }) => { asked = detail.elt; });

  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = [...document.querySelectorAll("#choices details[open]")].map((filter) => filter.id);
  });

  document.addEventListener("htmx:afterSwap", () => {
    for (const filter of document.querySelectorAll("#choices details")) filter.open = unfolded.includes(filter.id);
  });

  // the links of the head stay: they lead to the search that is shown
  const sameSearch = () => {
    for (const link of document.querySelectorAll(".languages a")) link.search = location.search;
  };
  document.addEventListener("htmx:pushedIntoHistory", sameSearch);
  document.addEventListener("htmx:historyRestore", sameSearch);

  document.addEventListener("htmx:afterSettle", () => {
    if (!asked) return;
    const turned = asked.closest(".pages") !== null;
    if (asked !== form) query.value = new URLSearchParams(location.search).get("q") ?? "";
    asked = null;
    // the link that was followed may be gone: its reader goes on at the head of the list
    const head = document.getElementById("found-title");
    if (turned || document.activeElement === document.body) head.focus({ preventScroll: true });
    if (turned) head.scrollIntoView();
  });

  // without an answer in place, the browser asks for the page as ever
  for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, ({ detail }) => { location.assign(detail.pathInfo.finalRequestPath); });
  }
})();
