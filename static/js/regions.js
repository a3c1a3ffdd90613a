// Regions that htmx replaces: loading bar, focus after a swap, failures, being offline.
(function () {
  "use strict";
  const bo = window.bo;
  const BAR_AFTER_MS = 150;
  const timers = new Map();
  let focusBefore = null;

  const isBackground = (detail) => Boolean(detail.requestConfig && detail.requestConfig.headers["X-Background"]);

  function region(target) {
    return (target && (target.closest("[data-region]") || target)) || document.getElementById("main");
  }

  // --- loading: under 150 ms nothing, then a bar; the old rows stay ---
  document.addEventListener("htmx:beforeSend", function (event) {
    if (isBackground(event.detail)) return;
    const place = region(event.detail.target);
    const timer = window.setTimeout(() => { place.setAttribute("aria-busy", "true"); place.dataset.loading = ""; }, BAR_AFTER_MS);
    timers.set(event.detail.xhr, { timer, place });
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const known = timers.get(event.detail.xhr);
    if (!known) return;
    timers.delete(event.detail.xhr);
    window.clearTimeout(known.timer);
    known.place.removeAttribute("aria-busy");
    delete known.place.dataset.loading;
  });

  // --- focus: the same id keeps it (htmx does that); if it is gone, the heading of the region ---
  function focusIn(target) {
    const active = document.activeElement;
    return target && active && active !== document.body && target.contains(active)
      ? { id: active.id, regionId: target.id, dialog: Boolean(active.closest("dialog")) } : null;
  }
  document.addEventListener("htmx:beforeSwap", (event) => { focusBefore = focusIn(event.detail.target); });
  // Parts swapped beside the target come after it; the focus was in one place only.
  document.addEventListener("htmx:oobBeforeSwap", (event) => { focusBefore = focusIn(event.detail.target) || focusBefore; });
  document.addEventListener("htmx:afterSettle", function (event) {
    const before = focusBefore;
    focusBefore = null;
    if (event.detail.xhr && event.detail.xhr.status === 422) {
      const form = (before && before.regionId && document.getElementById(before.regionId)) || event.detail.elt;
      if (form && bo.focusError(form)) return;
    }
    if (!before || (document.activeElement && document.activeElement !== document.body)) return;
    if (document.querySelector("dialog:modal") && !before.dialog) return;
    const same = before.id && document.getElementById(before.id);
    if (same) { same.focus({ preventScroll: true }); return; }
    const place = (before.regionId && document.getElementById(before.regionId)) || document.getElementById("main");
    const heading = place.querySelector("[data-region-heading]") || place.querySelector("h1, h2, h3") || place;
    if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });

  // --- failures: the region stays as it was, with a strip ---
  const strips = new Map(); // region id -> strip

  function clearFailure(place) {
    const key = place.id || place;
    strips.get(key)?.remove();
    strips.delete(key);
  }

  function fail(detail, words, requestId) {
    const request = detail.requestConfig;
    const place = region(detail.target);
    if (!place.isConnected || place.matches("button, a, span, input, select, textarea, td, tr, tbody, time")) {
      const block = place.isConnected && place.closest("table");
      if (!block) { bo.toast(requestId ? `${words} (${requestId})` : words, "red"); return; }
    }
    clearFailure(place);
    const strip = bo.fromTemplate("failure-template");
    strip.querySelector("[data-words]").textContent = words;
    strip.querySelector("[data-request-id]").textContent = requestId ? `pedido ${requestId}` : "";
    const again = strip.querySelector("[data-again]");
    if (request.elt.closest("[data-no-repeat]")) again.remove();
    else again.addEventListener("click", () => { clearFailure(place); bo.repeat(request); });
    if (place.matches("tr, td, tbody")) place.closest("table").before(strip);
    else place.prepend(strip);
    strips.set(place.id || place, strip);
  }

  document.addEventListener("htmx:responseError", function (event) {
    const { xhr } = event.detail;
    const spoken = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain") && xhr.status < 500;
    fail(event.detail, spoken ? xhr.responseText : "Não deu para atualizar.", xhr.getResponseHeader("X-Request-ID"));
  });
  ["htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, function (event) {
    if (navigator.onLine) fail(event.detail, "Não deu para atualizar.", "");
  }));
  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.shouldSwap) clearFailure(region(event.detail.target)); });

  // --- polls: an element with data-poll asks until its answer says that it is done ---
  // One that failed is asked again; so are all once the person, or the connection, is back.
  const POLL_AGAIN_MS = 15000;
  const ask = (poll) => { if (poll.isConnected) window.htmx.trigger(poll, "bo:poll"); };
  const askAll = () => document.querySelectorAll("[data-poll]").forEach(ask);

  document.addEventListener("htmx:afterRequest", function (event) {
    const poll = event.detail.elt;
    if (!event.detail.successful && poll.matches("[data-poll]")) window.setTimeout(ask, POLL_AGAIN_MS, poll);
  });
  document.addEventListener("bo:uncovered", askAll);
  window.addEventListener("online", askAll);

  // --- offline ---
  function wentOffline() {
    if (bo.element("offline-strip")) return;
    const strip = bo.fromTemplate("offline-template");
    const now = new Date();
    const time = strip.querySelector("time");
    time.dateTime = now.toISOString();
    time.textContent = bo.clock(now);
    bo.element("shell-strips").append(strip);
  }
  window.addEventListener("offline", wentOffline);
  window.addEventListener("online", function () {
    const strip = bo.element("offline-strip");
    if (!strip) return;
    strip.remove();
    bo.announce("A conexão voltou.");
  });
  if (!navigator.onLine) wentOffline();
})();
