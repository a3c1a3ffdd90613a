/* The composer: keeps what is typed on the server, counts, marks findings, uploads. It works on plain forms without
   this file. Every answer to a save carries the checks and the preview, made by the server. */
(() => {
  "use strict";
  const composer = document.getElementById("composer");
  if (!composer) return;
  document.documentElement.classList.add("bo-scripted");

  const form = document.getElementById("answer-form");
  const text = document.getElementById("answer-text");
  const marks = document.getElementById("answer-marks");
  const savedLabel = document.getElementById("answer-saved");
  const send = document.getElementById("answer-send");
  const upload = document.getElementById("answer-upload");
  const most = Number(composer.dataset.maxCharacters);

  const PAUSE = 800; // ms without a key before a save
  const LEAST_BETWEEN = 3000; // ms between two saves
  const RETRIES = [3000, 6000, 12000, 30000];

  // One name for this page: what it saves over a newer draft is kept as one version.
  form.elements.tab.value = Array.from(crypto.getRandomValues(new Uint8Array(8)), (n) => n.toString(16).padStart(2, "0")).join("");

  const clean = () => text.value.replace(/\r\n?/g, "\n");
  let kept = clean(); // what the server is known to hold
  let running = null; // the save under way
  let timer = 0;
  let lastAt = 0;
  let failures = 0;
  let failingSince = "";
  let isStale = false;
  let isLeaving = false;
  let refusedText = null; // a text the server will not keep: asked again only once it is another one

  // Files are sent by this script, one after another; the field only chooses them.
  upload.removeAttribute("name");

  const characters = (value) => Array.from(value).length;
  const clock = () => new Date().toLocaleTimeString("pt-BR", { hour: "2-digit", minute: "2-digit" });

  function say(state, words) {
    savedLabel.dataset.state = state;
    savedLabel.querySelector("span").textContent = words;
  }

  function count() {
    const length = characters(clean());
    const label = document.getElementById("answer-count");
    label.textContent = `${length.toLocaleString("pt-BR")} de ${most.toLocaleString("pt-BR")} caracteres`;
    label.classList.toggle("bo-is-over", length > most);
  }

  function block() {
    const checks = document.getElementById("answer-checks");
    const hasProblems = checks.dataset.problems === "empty" ? !clean().trim() : checks.dataset.problems !== "0";
    const blocked = failures > 0 || isStale || hasProblems || isRefused() || waiting.length > 0 || characters(clean()) > most;
    if (blocked) send.setAttribute("aria-disabled", "true");
    else send.removeAttribute("aria-disabled");
  }

  const isRefused = () => refusedText !== null && refusedText === clean();

  function replace(id, html) {
    const old = document.getElementById(id);
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const fresh = holder.content.firstElementChild;
    // What is being read or pressed inside is left alone until it changes.
    if (old.outerHTML === fresh.outerHTML) return;
    old.replaceWith(fresh);
    htmx.process(fresh);
  }

  // --- Saving -------------------------------------------------------------------------------------------

  function soon() {
    clearTimeout(timer);
    const wait = Math.max(PAUSE, LEAST_BETWEEN - (Date.now() - lastAt));
    timer = setTimeout(save, wait);
  }

  function save() {
    if (running) return running.then(() => (clean() === kept ? null : save()));
    clearTimeout(timer);
    const now = clean();
    if ((now === kept && !failures) || isRefused()) return Promise.resolve();
    if (!failures && !isStale) say("saving", "Salvando…");
    lastAt = Date.now();
    running = post(now).finally(() => {
      running = null;
      block();
    });
    return running;
  }

  async function post(now) {
    const body = new URLSearchParams(new FormData(form));
    body.set("text", now);
    let response;
    try {
      response = await bo.fetch(composer.dataset.draftUrl, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        repeatAfterLogin: true,
      });
    } catch {
      return notSaved("sem conexão");
    }
    if (response.status === 401) return say("unsaved", "Ainda não salvo: entre de novo");
    if (response.status >= 500) return notSaved("o servidor não respondeu");
    const reply = await response.json().catch(() => ({}));
    failures = 0;
    failingSince = "";
    if (!response.ok) {
      refusedText = now;
      const words = reply.message || `Não salvo: o servidor recusou (${response.status}). Copie o texto e recarregue a página.`;
      say("unsaved", words);
      bo.announce(words, true);
      return null;
    }
    refusedText = null;
    kept = now;
    isStale = reply.stale;
    if (isStale) {
      // The revision stays the old one, so that nothing of the other tab is ever overwritten.
      say("unsaved", "Outra aba salvou depois. Este texto fica guardado como outra versão");
    } else {
      form.elements.revision.value = reply.revision;
      document.getElementById("answer-discard").hidden = false;
      say("saved", `Salvo ${reply.saved}`);
      savedLabel.dataset.savedAt = reply.saved;
      announce(`Salvo ${reply.saved}`);
    }
    replace("answer-checks", reply.checks);
    replace("answer-preview", reply.preview);
    replace("answer-versions", reply.versions);
    mark();
    return null;
  }

  let announcedAt = 0;
  function announce(words) {
    if (Date.now() - announcedAt < 60000) return;
    announcedAt = Date.now();
    bo.announce(words);
  }

  function notSaved(why) {
    failingSince = failingSince || clock();
    say("unsaved", `Ainda não salvo: ${why} desde ${failingSince}`);
    timer = setTimeout(save, RETRIES[Math.min(failures, RETRIES.length - 1)]);
    failures += 1;
  }

  // --- Marks behind the text: the same letters, invisible, with the findings underlined ------------------

  function mark() {
    marks.replaceChildren();
    const findings = [...document.querySelectorAll("#answer-checks [data-start]")];
    if (!findings.length || clean() !== kept) return;
    const letters = Array.from(clean());
    let place = 0;
    for (const finding of findings) {
      const start = Number(finding.dataset.start);
      const end = Number(finding.dataset.end);
      marks.append(letters.slice(place, start).join(""));
      const stretch = document.createElement("mark");
      stretch.textContent = letters.slice(start, end).join("");
      marks.append(stretch);
      place = end;
    }
    marks.append(letters.slice(place).join("") + "\n");
    marks.scrollTop = text.scrollTop;
  }

  // --- Events -------------------------------------------------------------------------------------------

  text.addEventListener("input", () => {
    count();
    marks.replaceChildren();
    block();
    if (clean() !== kept) soon();
    else mark();
  });
  text.addEventListener("scroll", () => { marks.scrollTop = text.scrollTop; });
  window.addEventListener("online", () => {
    if (failures) save();
    tryAgain(waiting);
  });

  // Buttons of the composer wait for the save under way, so that no request builds on an old revision.
  composer.addEventListener("htmx:confirm", (event) => {
    if (!form.contains(event.target) || event.target.closest("[data-no-save-first]")) return;
    event.preventDefault();
    if (waiting.length && event.detail.path === form.getAttribute("action")) {
      bo.announce("Há arquivos que ainda não foram anexados.", true);
      return;
    }
    save().then(() => { if (!failures) event.detail.issueRequest(true); });
  });

  composer.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-remove-finding]");
    if (remove) {
      const finding = remove.closest("[data-start]");
      const before = Array.from(clean()).slice(0, Number(finding.dataset.start)).join("").length;
      const size = Array.from(clean()).slice(Number(finding.dataset.start), Number(finding.dataset.end)).join("").length;
      text.focus();
      text.setSelectionRange(before, before + size);
      // The old command keeps the browser's undo; assigning the value would lose it.
      if (!document.execCommand("insertText", false, "")) text.setRangeText("");
      text.dispatchEvent(new Event("input", { bubbles: true }));
      save();
    }
    const dismiss = event.target.closest("[data-dismiss-file]");
    if (dismiss) dismiss.closest(".bo-draftfile").remove();
    const again = event.target.closest("[data-upload-again]");
    if (again) tryAgain(waiting.filter((item) => item.row.contains(again)));
    const drop = event.target.closest("[data-upload-drop]");
    if (drop) giveUp(waiting.find((item) => item.row.contains(drop)));
    if (event.target.closest("[data-open-story]")) {
      event.preventDefault();
      document.getElementById("tab-story").click();
    }
  });

  // A refusal of what was asked in the dialog is told on the page behind it.
  composer.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.xhr.status !== 422) return;
    const place = ["answer-refused", "answer-conflict"].map((id) => document.getElementById(id)).find((part) => part === event.target);
    if (!place) return;
    document.querySelector("#dialog dialog")?.close();
    document.getElementById("dialog").replaceChildren();
    (place.querySelector("h2") || place).focus();
  });

  // --- Files --------------------------------------------------------------------------------------------

  // {file, row, isStuck} of every chosen file the server does not hold yet. None is forgotten: not for a session that
  // ended, not for a connection that broke.
  const waiting = [];
  let uploading = null; // {item, request}

  function add(files) {
    for (const file of files) {
      const row = document.getElementById("upload-template").content.firstElementChild.cloneNode(true);
      row.querySelector("[data-name]").textContent = file.name;
      row.querySelector("progress").setAttribute("aria-label", `Envio de ${file.name}`);
      row.querySelector("[data-upload-drop]").setAttribute("aria-label", `Desistir de ${file.name}`);
      document.getElementById("answer-uploads").append(row);
      const item = { file, row, isStuck: false };
      tell(item, "espera a vez");
      waiting.push(item);
    }
    block();
    next();
  }

  function tell(item, words, isStuck = false) {
    item.isStuck = isStuck;
    item.row.classList.toggle("bo-draftfile--refused", isStuck);
    item.row.querySelector("[data-words]").textContent = words;
    item.row.querySelector("[data-upload-again]").hidden = !isStuck;
    item.row.querySelector("progress").hidden = isStuck;
  }

  function next() {
    if (uploading) return;
    const item = waiting.find((one) => !one.isStuck);
    if (!item) return;
    const request = new XMLHttpRequest(); // fetch tells nothing of how far an upload is
    const body = new FormData();
    body.append("author", form.elements.author.value);
    body.append("files", item.file);
    uploading = { item, request };
    tell(item, "enviando…");
    request.open("POST", upload.dataset.url); // no time-out: a slow line is no failure
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Requested-With", "backoffice");
    request.setRequestHeader("X-Page-User", document.body.dataset.user);
    request.setRequestHeader("X-CSRFToken", bo.csrfToken());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) item.row.querySelector("progress").value = Math.round((100 * event.loaded) / event.total);
    });
    request.addEventListener("load", () => { uploading = null; uploaded(item, request); });
    request.addEventListener("error", () => { uploading = null; stuck(item, "sem conexão"); });
    request.addEventListener("abort", () => { uploading = null; next(); });
    request.send(body);
  }

  function uploaded(item, request) {
    const word = bo.sessionWord((name) => request.getResponseHeader(name));
    if (word && request.status >= 400) {
      tell(item, "espera você entrar de novo");
      bo.cover(word).then(next);
      return;
    }
    if (request.status !== 200 && request.status !== 422) {
      const spoken = (request.getResponseHeader("Content-Type") || "").startsWith("text/plain") || request.status === 409;
      stuck(item, request.status >= 500 ? "o servidor não respondeu" : spoken && message(request) ? message(request) : `o servidor recusou (${request.status})`);
      return;
    }
    // What was refused before is still to be read.
    const old = [...document.querySelectorAll("#answer-files > .bo-draftfile--refused")];
    replace("answer-files", request.responseText);
    document.getElementById("answer-files").append(...old);
    document.getElementById("answer-discard").hidden = false;
    countFiles();
    forget(item);
    bo.announce(request.status === 200 ? `${item.file.name} anexado` : `${item.file.name} não foi anexado`);
    next();
  }

  function message(request) {
    try {
      return JSON.parse(request.responseText).message || "";
    } catch {
      return request.responseText.slice(0, 200);
    }
  }

  function stuck(item, why) {
    tell(item, `Ainda não anexado: ${why}`, true);
    bo.announce(`${item.file.name} ainda não foi anexado: ${why}`, true);
    next();
  }

  function tryAgain(items) {
    for (const item of items) if (item.isStuck) tell(item, "espera a vez");
    next();
  }

  function giveUp(item) {
    forget(item);
    if (uploading && uploading.item === item) uploading.request.abort();
    upload.focus();
  }

  function forget(item) {
    waiting.splice(waiting.indexOf(item), 1);
    item.row.remove();
    block();
  }

  function countFiles() {
    document.getElementById("answer-file-count").textContent = document.getElementById("answer-files").dataset.count;
  }

  upload.addEventListener("change", () => {
    add([...upload.files]);
    upload.value = ""; // the files themselves are kept above
  });
  document.addEventListener("htmx:afterSettle", () => {
    countFiles();
    block();
    mark();
  });

  const writing = document.getElementById("writing");
  for (const name of ["dragover", "drop"]) {
    writing.addEventListener(name, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      if (name === "drop") add([...event.dataTransfer.files]);
    });
  }

  // --- What stands beside the text ----------------------------------------------------------------------

  const tabs = [...composer.querySelectorAll("[role=tab]")];
  function show(tab) {
    for (const each of tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
    }
  }
  for (const tab of tabs) {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      const next = tabs[(tabs.indexOf(tab) + 1) % tabs.length];
      next.focus();
      next.click();
    });
  }

  // --- Leaving ------------------------------------------------------------------------------------------

  window.addEventListener("pagehide", () => {
    if (clean() === kept || isStale) return;
    const body = new URLSearchParams(new FormData(form));
    body.set("text", clean());
    fetch(composer.dataset.draftUrl, { method: "POST", body, keepalive: true, headers: { Accept: "application/json", "X-Requested-With": "backoffice" } });
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && (waiting.length || ((failures || isRefused()) && clean() !== kept))) event.preventDefault();
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => { isLeaving = Boolean(event.detail.xhr.getResponseHeader("HX-Redirect")); });

  count();
  block();
  mark();
})();
