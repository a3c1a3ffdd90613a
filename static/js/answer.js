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
    const blocked = failures > 0 || isStale || checks.dataset.problems !== "0" || characters(clean()) > most;
    if (blocked && clean().trim() && checks.dataset.problems === "empty" && !failures && !isStale) send.removeAttribute("aria-disabled");
    else if (blocked) send.setAttribute("aria-disabled", "true");
    else send.removeAttribute("aria-disabled");
  }

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
    if (now === kept && !failures) return Promise.resolve();
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
    if (!response.ok) {
      if (response.status === 409 || response.status === 401) return say("unsaved", "Ainda não salvo: entre de novo");
      return notSaved("o servidor não respondeu");
    }
    const reply = await response.json();
    failures = 0;
    failingSince = "";
    kept = now;
    isStale = reply.stale;
    if (isStale) {
      // The revision stays the old one, so that nothing of the other tab is ever overwritten.
      say("unsaved", "Outra aba salvou depois. Este texto fica guardado como outra versão");
    } else {
      form.elements.revision.value = reply.revision;
      document.getElementById("answer-discard").hidden = false;
      say("saved", `Salvo às ${reply.saved}`);
      savedLabel.dataset.savedAt = reply.saved;
      announce(`Salvo às ${reply.saved}`);
    }
    replace("answer-checks", reply.checks);
    replace("answer-preview", reply.preview);
    replace("answer-versions", reply.versions);
    mark();
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
  window.addEventListener("online", () => { if (failures) save(); });

  // Buttons of the composer wait for the save under way, so that no request builds on an old revision.
  composer.addEventListener("htmx:confirm", (event) => {
    if (!form.contains(event.target) || event.target.closest("[data-no-save-first]")) return;
    event.preventDefault();
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
    if (dismiss) dismiss.closest(".bo-file").remove();
  });

  // --- Files --------------------------------------------------------------------------------------------

  const progress = document.getElementById("answer-progress");
  composer.addEventListener("htmx:xhr:progress", (event) => {
    if (event.target.id !== "answer-files-form" || !event.detail.lengthComputable) return;
    progress.hidden = false;
    progress.querySelector("progress").value = Math.round((100 * event.detail.loaded) / event.detail.total);
    progress.querySelector("[data-words]").textContent = `Enviando ${[...upload.files].map((file) => file.name).join(", ")}`;
  });
  composer.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.id !== "answer-files-form") return;
    progress.hidden = true;
    upload.value = "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    const files = document.getElementById("answer-files");
    if (files) document.getElementById("answer-file-count").textContent = files.dataset.count;
    block();
    mark();
  });

  const writing = document.getElementById("writing");
  for (const name of ["dragover", "drop"]) {
    writing.addEventListener(name, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      if (name === "drop") {
        upload.files = event.dataTransfer.files;
        upload.dispatchEvent(new Event("change", { bubbles: true }));
      }
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
    if (!isLeaving && failures && clean() !== kept) event.preventDefault();
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => { isLeaving = Boolean(event.detail.xhr.getResponseHeader("HX-Redirect")); });

  count();
  block();
  mark();
})();
