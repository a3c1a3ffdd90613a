// The complaint's page without a reload: tabs of narrow screens, and folded texts opened for printing.
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    const tab = event.target instanceof Element && event.target.closest("[data-tab]");
    if (!tab || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(tab.dataset.tab);
    window.history.replaceState(window.history.state, "", tab.href);
  });

  function show(name) {
    const page = document.getElementById("complaint");
    page.querySelectorAll("[data-tab]").forEach((tab) => {
      const isShown = tab.dataset.tab === name;
      page.classList.toggle(`bo-complaint--${tab.dataset.tab}`, isShown);
      if (isShown) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    });
  }

  // Who closes the panel no longer waits for its file, and it must not come back by itself. On the window, because
  // the shell empties the panel's place as soon as the event reaches the document.
  window.addEventListener("close", function (event) {
    if (!(event.target instanceof HTMLDialogElement)) return;
    event.target.querySelectorAll(".bo-attachment-fetch").forEach((form) => window.htmx.trigger(form, "htmx:abort"));
  }, true);

  // A picture that cannot be drawn leaves the sign of its type, which lies below it. Errors do not bubble.
  document.addEventListener("error", function (event) {
    if (event.target instanceof HTMLImageElement && event.target.closest(".bo-file-picture")) event.target.remove();
  }, true);

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.bo-fold:not([open])").forEach((fold) => {
      fold.open = true;
      fold.dataset.openedForPrint = "";
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-opened-for-print]").forEach((fold) => {
      fold.open = false;
      delete fold.dataset.openedForPrint;
    });
  });
})();
