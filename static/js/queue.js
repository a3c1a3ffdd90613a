// The queue's hands: J and K walk the rows, Enter opens, T takes, A assigns; the place is found again on the way back.
(function () {
  "use strict";
  const bo = window.bo;
  const PLACE = "queue-place"; // a protocol, no personal data; gone with the tab
  const region = () => bo.element("queue");
  const rows = () => Array.from(document.querySelectorAll("#queue tr[data-href]"));
  const current = () => document.querySelector("#queue tr.is-focus");
  const linkOf = (row) => row.querySelector(".bo-row-link");

  function mark(row) {
    const before = current();
    if (before === row) return;
    if (before) before.classList.remove("is-focus");
    row.classList.add("is-focus");
    try { sessionStorage.setItem(PLACE, linkOf(row).id); } catch { /* private mode: the place is not kept */ }
  }

  function go(row) {
    mark(row);
    linkOf(row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  // The row under the focus, wherever inside it the focus is.
  document.addEventListener("focusin", function (event) {
    const row = event.target.closest && event.target.closest("#queue tr[data-href]");
    if (row) mark(row);
  });

  let waiting = false; // for rows that are being read, to go on to the first of them

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    if (at < 0) { go(all[0]); return; }
    const next = all[at + step];
    if (next) { go(next); return; }
    const more = bo.element("queue-more-link");
    if (step > 0 && more && !waiting) { waiting = true; more.click(); }
  }

  document.addEventListener("htmx:afterSettle", function () {
    if (!waiting || bo.element("queue-more-link")?.classList.contains("htmx-request")) return;
    waiting = false;
    walk(1);
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, () => { waiting = false; });
  });

  function act(path, options) {
    const row = current();
    if (!row) { bo.announce("Escolha uma reclamação com J ou K."); return; }
    const who = row.querySelector(".bo-who");
    const verb = options.verb || "POST";
    window.htmx.ajax(verb, row.dataset.href + path, { source: who, target: options.target || `#${who.id}`, swap: options.swap || "outerHTML" });
  }

  const acts = {
    j: () => walk(1),
    ArrowDown: () => walk(1),
    k: () => walk(-1),
    ArrowUp: () => walk(-1),
    t: () => { if (region().dataset.take) act("assumir/", {}); },
    a: () => { if (region().dataset.assign) act("atribuir/", { verb: "GET", target: "#dialog", swap: "innerHTML" }); },
    Enter: (event) => {
      const row = current();
      if (!row || event.target.closest("a, button, summary, select, input")) return false;
      window.location.assign(row.dataset.href);
      return true;
    },
  };

  document.addEventListener("bo:key", function (event) {
    if (!region() || document.querySelector("dialog:modal")) return;
    const done = acts[event.detail.key];
    if (done && done(event) !== false) event.preventDefault();
  });

  // Back from a complaint: the row one came from is marked and in view.
  function findPlace() {
    let id = "";
    try { id = sessionStorage.getItem(PLACE) || ""; } catch { return; }
    const link = id && region() && bo.element(id);
    const row = link && link.closest("tr[data-href]");
    if (!row) return;
    mark(row);
    row.scrollIntoView({ block: "nearest" });
  }
  findPlace();

  // Emptying the search field with its own cross is asking for the queue without the search.
  document.addEventListener("search", function (event) {
    if (event.target.id === "queue-q" && !event.target.value && event.target.defaultValue) event.target.form.requestSubmit();
  });

  document.addEventListener("bo:close-dialog", function () {
    const dialog = document.querySelector("#dialog dialog");
    if (dialog) dialog.close();
  });
  // The filters apply while they are chosen; the button only says that one is done.
  document.addEventListener("click", function (event) {
    const done = event.target.closest && event.target.closest("[data-close-after]");
    if (!done || !done.closest("dialog:modal")) return;
    event.preventDefault();
    done.closest("dialog").close();
  });
})();
