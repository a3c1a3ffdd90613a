// Whose page this is, and what happens when the session ends or becomes somebody else's.
// The page is covered, nothing typed is lost, and nothing is ever saved under another person.
(function () {
  "use strict";
  const bo = (window.bo = window.bo || {});
  const body = document.body;
  const dialog = document.getElementById("session-dialog");
  const form = dialog.querySelector("[data-session-form]");
  const password = form.querySelector("[name=password]");
  const error = document.getElementById("session-error");
  const others = "BroadcastChannel" in window ? new BroadcastChannel("backoffice-session") : null;
  const WHY = {
    expired: "O que estava escrito continua nesta página, coberto. Entre de novo para continuar daqui.",
    other: "Outra pessoa entrou neste navegador. Nada desta tela foi salvo em nome dela. Entre de novo para continuar daqui.",
  };
  let covered = null; // {promise, resolve} while the page waits for its person
  const failed = []; // htmx requests to repeat, one per element

  // The cookie and not the page: a log-in in another tab changes the token, and the page would keep an old one.
  bo.csrfToken = function () {
    const name = document.querySelector("meta[name=csrf-cookie]").content;
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  };

  // What an answer tells of the session: "expired", "other", or "" when it is still this page's person's.
  bo.sessionWord = sessionWord;
  function sessionWord(headers) {
    const word = headers("X-Session");
    if (word === "expired" || word === "other") return word;
    const owner = headers("X-User");
    return owner && owner !== body.dataset.user ? "other" : "";
  }

  // "14:47" or "em 18/11, às 14:47".
  const said = (instant) => (/^\d/.test(instant) ? `às ${instant}` : instant);

  bo.cover = function (word) {
    if (covered) return covered.promise;
    covered = {};
    covered.promise = new Promise((resolve) => { covered.resolve = resolve; });
    document.getElementById("page").inert = true;
    document.documentElement.classList.add("bo-is-covered");
    const savedAt = document.querySelector("[data-saved-at]");
    document.getElementById("session-title").textContent = word === "other" ? "Esta tela é de outra pessoa" : "Sua sessão terminou";
    dialog.querySelector("[data-why]").textContent =
      word === "expired" && savedAt && savedAt.dataset.savedAt
        ? `O texto continua nesta página, coberto, e a última versão foi salva ${said(savedAt.dataset.savedAt)}. Entre de novo para continuar daqui.`
        : WHY[word];
    error.textContent = "";
    password.value = "";
    dialog.showModal();
    password.focus();
    document.dispatchEvent(new CustomEvent("bo:covered", { detail: { why: word } }));
    return covered.promise;
  };

  function uncover() {
    if (!covered) return;
    const { resolve } = covered;
    covered = null;
    document.getElementById("page").inert = false;
    document.documentElement.classList.remove("bo-is-covered");
    password.value = "";
    dialog.close();
    refreshTokens();
    document.dispatchEvent(new CustomEvent("bo:uncovered"));
    resolve();
    failed.splice(0).forEach(repeat);
  }

  // Plain forms of this page carry the token they were rendered with.
  function refreshTokens() {
    const token = bo.csrfToken();
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
  }

  function leave(address) {
    document.getElementById("page").replaceChildren();
    document.getElementById("dialog").replaceChildren();
    window.location.replace(address);
  }

  dialog.addEventListener("cancel", (event) => event.preventDefault());
  // A browser may close a dialog at the second Esc whatever we say.
  dialog.addEventListener("close", () => { if (covered) { dialog.showModal(); password.focus(); } });
  dialog.querySelector("[data-leave]").addEventListener("click", (event) => { event.preventDefault(); leave(event.target.href); });

  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    const button = form.querySelector("button:not([type=button])");
    if (button.dataset.busy) return;
    button.dataset.busy = "1";
    error.textContent = "";
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "backoffice", "X-CSRFToken": bo.csrfToken() },
        credentials: "same-origin",
      });
      const reply = (response.headers.get("Content-Type") || "").startsWith("application/json") ? await response.json() : {};
      if (response.ok && String(reply.user) === body.dataset.user) {
        others?.postMessage({ user: String(reply.user) });
        uncover();
      } else if (response.ok) {
        leave(window.location.href);
      } else {
        error.textContent = reply.error || "Não deu para entrar agora. Tente de novo.";
        password.select();
        password.focus();
      }
    } catch {
      error.textContent = "Sem conexão. O que estava escrito continua nesta página.";
    } finally {
      delete button.dataset.busy;
    }
  });

  // The same person came back in another tab; somebody else did: this page is covered before it can save anything.
  others?.addEventListener("message", function (event) {
    if (event.data.user === body.dataset.user) uncover();
    else bo.cover("other");
  });
  // A full log-in in this browser is told to the other tabs by the first page that loads.
  others?.postMessage({ user: body.dataset.user });

  // --- fetch ---
  bo.fetch = async function (address, options) {
    const { repeatAfterLogin = false, background = false, headers = {}, ...rest } = options || {};
    for (;;) {
      if (covered && !repeatAfterLogin) throw new Error("session");
      if (covered) await covered.promise;
      const sent = new Headers(headers);
      sent.set("X-Requested-With", "backoffice");
      sent.set("X-Page-User", body.dataset.user);
      if (background) sent.set("X-Background", "1");
      if (!/^(get|head)$/i.test(rest.method || "GET")) sent.set("X-CSRFToken", bo.csrfToken());
      // The form's own token would be looked at first, and a new log-in made it old.
      if (rest.body instanceof FormData || rest.body instanceof URLSearchParams) rest.body.delete("csrfmiddlewaretoken");
      const response = await fetch(address, { credentials: "same-origin", ...rest, headers: sent });
      const word = sessionWord((name) => response.headers.get(name));
      if (!word) return response;
      const back = bo.cover(word);
      if (!repeatAfterLogin || response.ok) return response;
      await back;
    }
  };

  // --- htmx ---
  document.addEventListener("htmx:configRequest", function (event) {
    const { headers, parameters, verb } = event.detail;
    headers["X-Page-User"] = body.dataset.user;
    if (verb !== "get") headers["X-CSRFToken"] = bo.csrfToken();
    delete parameters.csrfmiddlewaretoken;
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (covered) event.preventDefault(); });
  document.addEventListener("htmx:beforeOnLoad", function (event) {
    const { xhr, requestConfig } = event.detail;
    const word = sessionWord((name) => xhr.getResponseHeader(name));
    if (!word) return;
    event.preventDefault(); // neither swapped nor reported as a failure
    if (xhr.status >= 400) remember(requestConfig);
    bo.cover(word);
  });

  function remember(request) {
    const source = request.elt;
    if (source.closest("[data-no-repeat]")) return;
    if (request.headers["X-Background"]) return;
    if (request.verb !== "get" && !source.closest("[data-repeat-after-login]")) return;
    if (!failed.some((known) => known.elt === source)) failed.push(request);
  }

  bo.repeat = repeat;
  // With the fields as they stand now: what was typed while the page waited goes along.
  function repeat(request) {
    if (!request.elt.isConnected) return;
    window.htmx.ajax(request.verb.toUpperCase(), request.path, { source: request.elt, target: request.target, event: request.triggeringEvent });
  }
})();
