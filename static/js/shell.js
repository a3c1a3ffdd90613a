// What every page needs: words said aloud, toasts, dialogs, menus, rows, copying. Namespace for the others: window.bo
(function () {
  "use strict";
  const bo = (window.bo = window.bo || {});
  const CLOCK = new Intl.DateTimeFormat("pt-BR", { hour: "2-digit", minute: "2-digit", timeZone: "America/Sao_Paulo" });
  const TOAST_MS = 6000;

  bo.clock = (date) => CLOCK.format(date || new Date());
  bo.element = (id) => document.getElementById(id);
  bo.fromTemplate = (id) => bo.element(id).content.firstElementChild.cloneNode(true);

  // Two live regions outside every swapped one. Emptied first, so that the same words are read again.
  bo.announce = function (text, urgent) {
    const region = bo.element(urgent ? "announce-alert" : "announce-polite");
    if (!region || !text) return;
    region.textContent = "";
    window.setTimeout(() => { region.textContent = text; }, 50);
  };

  bo.toast = function (text, tone) {
    const area = bo.element("toasts");
    if (!area || !text) return;
    const toast = bo.fromTemplate("toast-template");
    if (/^[a-z]+$/.test(tone || "")) toast.classList.add(`bo-tone-${tone}`);
    toast.querySelector("[data-words]").textContent = text;
    area.append(toast);
    keepFor(toast);
    bo.announce(text);
  };

  function keepFor(toast) {
    let timer = 0;
    const start = () => { window.clearTimeout(timer); timer = window.setTimeout(() => toast.remove(), TOAST_MS); };
    const pause = () => window.clearTimeout(timer);
    toast.addEventListener("pointerenter", pause);
    toast.addEventListener("pointerleave", start);
    toast.addEventListener("focusin", pause);
    toast.addEventListener("focusout", start);
    start();
  }

  document.addEventListener("bo:toast", (event) => bo.toast(event.detail.text, event.detail.tone));
  document.addEventListener("bo:announce", (event) => bo.announce(event.detail.text, event.detail.urgent));

  bo.isUnusable = (element) => Boolean(element.closest('[aria-disabled="true"], :disabled, [inert]'));

  // An unusable button stays focusable and says why; pressing it does nothing but say it again.
  function refuseUnusable(event) {
    const button = event.target.closest && event.target.closest('[aria-disabled="true"]');
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const reasons = (button.getAttribute("aria-describedby") || "").split(/\s+/).map(bo.element).filter(Boolean);
    bo.announce(reasons.map((reason) => reason.textContent.trim()).join(" "), true);
  }
  document.addEventListener("click", refuseUnusable, true);
  document.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  document.addEventListener("click", function (event) {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const closeToast = target.closest("[data-close-toast]");
    if (closeToast) { closeToast.closest("[data-toast]").remove(); return; }
    const closeDialog = target.closest("[data-close-dialog]");
    if (closeDialog && closeDialog.closest("dialog")) { event.preventDefault(); closeDialog.closest("dialog").close(); return; }
    const opener = target.closest("[data-open-dialog]");
    if (opener && bo.element(opener.dataset.openDialog)) { event.preventDefault(); closeMenus(); bo.open(bo.element(opener.dataset.openDialog)); return; }
    const show = target.closest("[data-show-password]");
    if (show) { togglePassword(show); return; }
    const copy = target.closest("[data-copy]");
    if (copy) { copyText(copy); return; }
    openRow(event, target);
    closeMenus(target);
  });

  function togglePassword(button) {
    const field = bo.element(button.dataset.showPassword);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  }

  async function copyText(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      bo.toast("Copiado");
    } catch {
      bo.toast("O navegador não deixou copiar. Selecione o texto e copie.", "amber");
    }
  }

  // The whole row is clickable and holds one real link; choosing text or pressing a control inside is not a click.
  function openRow(event, target) {
    const row = target.closest("tr[data-href]");
    if (!row || event.defaultPrevented || event.button !== 0) return;
    if (target.closest("a, button, input, select, textarea, label, summary, details, dialog")) return;
    if (String(window.getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else if (event.shiftKey) return;
    else window.location.assign(row.dataset.href);
  }

  function closeMenus(except) {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!(except && menu.contains(except))) menu.open = false;
    });
  }
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const menu = document.activeElement && document.activeElement.closest("details[data-menu][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); event.stopPropagation(); }
    else closeMenus();
  });
  document.addEventListener("focusin", (event) => { if (event.target instanceof Element) closeMenus(event.target); });

  // Dialogs: native and modal, so that focus is kept inside and the page behind is inert.
  bo.open = function (dialog) {
    if (dialog.open && !dialog.matches(":modal")) dialog.close();
    if (!dialog.open) dialog.showModal();
    const start = dialog.querySelector("[autofocus]") || dialog.querySelector("h2[tabindex]");
    if (start) start.focus();
  };
  document.addEventListener("htmx:afterSettle", function () {
    const slot = bo.element("dialog");
    const dialog = slot && slot.querySelector("dialog");
    if (dialog && !dialog.matches(":modal")) bo.open(dialog);
  });
  document.addEventListener("close", function (event) {
    const slot = bo.element("dialog");
    if (slot && slot.contains(event.target)) slot.replaceChildren();
  }, true);

  // The theme changes at once and is kept on the server.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("[data-theme-form]") || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    form.querySelectorAll("button[name=theme]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button === event.submitter));
    });
    const body = new FormData(form);
    body.set("theme", theme);
    bo.fetch(form.action, { method: "POST", body, repeatAfterLogin: true })
      .then((response) => { if (!response.ok) throw new Error(response.status); })
      .catch(() => bo.toast("O tema vale nesta tela, mas não foi guardado.", "amber"));
  });

  // A form that came back: the first wrong field, or what is said above all of them.
  bo.focusError = function (place) {
    const wrong = place.querySelector('[aria-invalid="true"]') || place.querySelector("#form-errors");
    if (wrong) wrong.focus();
    return Boolean(wrong);
  };
  const main = bo.element("main");
  if (main) bo.focusError(main);

  document.querySelectorAll("[data-toast]").forEach(keepFor);
})();
