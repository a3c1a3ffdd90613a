// Keys. Single ones are inert while typing and can be switched off (WCAG 2.1.4); pages declare theirs with data-key.
(function () {
  "use strict";
  const bo = window.bo;
  const body = document.body;
  const GO_MS = 1500;
  let goUntil = 0;

  const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";
  const singleKeys = () => body.dataset.singleKeys !== "off";

  function name(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const shift = event.shiftKey && (event.key.length > 1 || key !== event.key || /[a-z]/i.test(key));
    return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${shift ? "shift+" : ""}${key}`;
  }

  function usable(element) {
    return element.isConnected && (!element.checkVisibility || element.checkVisibility({ visibilityProperty: true })) && !element.closest("[inert]");
  }

  function find(attribute, value, scope) {
    return [...scope.querySelectorAll(`[${attribute}]`)].find(
      (element) => element.getAttribute(attribute).split(" ").includes(value) && usable(element),
    );
  }

  function act(element) {
    if (element.matches("input:not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select")) {
      element.focus();
      element.select?.();
    } else {
      element.focus({ preventScroll: true });
      element.click();
    }
  }

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.key === "Shift" || event.key === "Control") return;
    const key = name(event);
    const withControl = key.startsWith("ctrl+");
    const active = document.activeElement || body;
    const modal = document.querySelector("dialog:modal");
    const scope = modal || document;
    const isTyping = active.matches(TYPING);
    if (event.repeat && withControl) {
      // Held down, it is one press: the same keys open a confirmation and confirm it.
      if (find("data-key", key, scope)) event.preventDefault();
      return;
    }
    if (!withControl && (isTyping || (!singleKeys() && key.replace("shift+", "").length === 1))) return;
    if (!modal) {
      const own = new CustomEvent("bo:key", { detail: { key }, bubbles: true, cancelable: true });
      if (!active.dispatchEvent(own)) { event.preventDefault(); return; }
    }
    if (!modal && !withControl && Date.now() < goUntil) {
      goUntil = 0;
      const link = find("data-go", key, document);
      if (link) { event.preventDefault(); link.click(); return; }
    }
    if (!modal && key === "g") { goUntil = Date.now() + GO_MS; return; }
    if (!modal && key === "/") {
      const search = [...document.querySelectorAll("[data-search]")].find(usable);
      if (search) { event.preventDefault(); act(search); return; }
    }
    if (!modal && (key === "?" || key === "shift+?")) { event.preventDefault(); showList(); return; }
    const element = find("data-key", key, scope);
    if (element) { event.preventDefault(); act(element); }
  });

  function showList() {
    const dialog = bo.element("shortcuts-dialog");
    if (dialog) bo.open(dialog);
  }

  // The list names what the keys of this very page do.
  function fillList() {
    const place = document.querySelector("#shortcuts-dialog [data-page-shortcuts]");
    if (!place) return;
    const list = place.querySelector("dl");
    const known = new Set();
    list.replaceChildren();
    document.querySelectorAll("#page [data-key]").forEach((element) => {
      const key = element.dataset.key.split(" ")[0];
      const words = element.dataset.keyLabel || element.getAttribute("aria-label") || plainText(element);
      if (!words || known.has(key)) return;
      known.add(key);
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const sign = document.createElement("kbd");
      const meaning = document.createElement("dd");
      sign.textContent = key.replace("shift+", "⇧").replace("ctrl+", "Ctrl ").replace("Enter", "↵").replace(/[a-z]$/, (letter) => letter.toUpperCase());
      meaning.textContent = words;
      term.append(sign);
      row.append(term, meaning);
      list.append(row);
    });
    place.hidden = known.size === 0;
  }

  function plainText(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
    return copy.textContent.trim().replace(/\s+/g, " ");
  }

  function describe() {
    document.querySelectorAll("[data-key]").forEach((element) => {
      const shown = element.dataset.key.split(" ").map((key) => key.replace("ctrl+", "Control+").replace("shift+", "Shift+"));
      if (singleKeys() || shown[0].startsWith("Control+")) element.setAttribute("aria-keyshortcuts", shown.join(" "));
      else element.removeAttribute("aria-keyshortcuts");
    });
  }

  document.addEventListener("toggle", (event) => { if (event.target.id === "shortcuts-dialog") fillList(); }, true);
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-open-dialog=shortcuts-dialog]")) fillList(); }, true);
  document.addEventListener("htmx:afterSettle", describe);
  describe();
  fillList();
})();
