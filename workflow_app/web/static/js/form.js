// The task form: saves as one types, adds rows and files in place. Without it the form works the
// same, by its buttons. No framework, nothing newer than Chromium 86.
"use strict";

(() => {
  const { showWhatIsAsked, searchable, filterable } = shownInForm; // of form-shown.js
  const SAVE_AFTER = 3000; // milliseconds after the last key

  let form = document.getElementById("task-form");
  if (!form) return;
  let timer = null;
  let isDirty = false;
  let underWay = 0;
  let last = Promise.resolve();

  // The server is spoken to about one thing at a time: a draft that overtakes an upload would take its file away.
  const inTurn = (errand) => {
    underWay += 1;
    last = last.then(errand).finally(() => { underWay -= 1; });
    return last;
  };

  const store = {
    read: () => { try { return sessionStorage.getItem(form.dataset.key); } catch (error) { return null; } },
    write: (value) => { try { sessionStorage.setItem(form.dataset.key, value); } catch (error) { /* full or forbidden */ } },
    clear: () => { try { sessionStorage.removeItem(form.dataset.key); } catch (error) { /* forbidden */ } },
  };

  // ---------- drafts ----------
  const say = (words, isBad) => {
    const line = document.getElementById("saved");
    line.textContent = words;
    line.classList.toggle("bad", Boolean(isBad));
    return line;
  };

  const entries = () => Array.from(new FormData(form))
    .filter(([name, value]) => name.startsWith("f-") && typeof value === "string");

  const byName = (pairs) => {
    const values = new Map();
    pairs.forEach(([name, value]) => values.set(name, (values.get(name) || []).concat(value)));
    return values;
  };

  const putBack = (left) => Array.from(form.elements).forEach((input) => {
    if (!left.has(input.name) || input.type === "hidden" || input.type === "file") return;
    const values = left.get(input.name);
    if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
    else if (values.length) input.value = values.shift();
  });

  const keepInBrowser = () => store.write(JSON.stringify(entries()));

  const sessionIsLost = () => {
    keepInBrowser();
    const link = document.createElement("a");
    link.href = form.dataset.signIn;
    link.textContent = form.dataset.textSignIn;
    say(form.dataset.textLost + " ", true).append(link);
  };

  const withoutFiles = () => {
    const data = new FormData(form);
    Array.from(data.keys()).filter((name) => name.startsWith("upload-")).forEach((name) => data.delete(name));
    return data;
  };

  const save = () => inTurn(async () => {
    clearTimeout(timer);
    if (!isDirty) return true;
    isDirty = false;
    say(form.dataset.textSaving);
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: withoutFiles(), headers: { "X-Requested-With": "fetch" }, redirect: "manual",
      });
      if (answer.status === 401 || answer.type === "opaqueredirect") { isDirty = true; sessionIsLost(); return false; }
      const told = await answer.json();
      if (!answer.ok) { say(told.message, true); return true; }
      store.clear();
      say(told.text);
      return true;
    } catch (error) {
      isDirty = true;
      keepInBrowser();
      say(form.dataset.textFailed, true);
      return false;
    }
  });

  const changed = () => {
    showWhatIsAsked(form);
    // A secret ballot is kept nowhere until it is cast.
    if (!form.dataset.draft) return;
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER);
  };

  // What was typed when the session was lost comes back when its writer does.
  const restore = () => {
    const kept = store.read();
    if (!kept) return;
    store.clear();
    putBack(byName(JSON.parse(kept)));
    changed();
    say(form.dataset.textRestored);
  };

  // ---------- rows and files without leaving the page ----------
  // The answer is a whole new form; what was typed while it was on its way is carried over into it.
  // The cursor goes on where the button stood: in the row that is new or was moved, else in the group.
  const MOVES = { "clause-insert": 1, "clause-up": -1, "clause-down": 1 };

  const rowsOf = (group) => Array.from(group.querySelectorAll(":scope > .line"));

  const placeOf = (button) => {
    const group = button.closest("fieldset:not(.line)");
    if (!group) return { id: "", row: -1 };
    const rows = rowsOf(group);
    const moved = button.name in MOVES ? rows.indexOf(button.closest(".line")) + MOVES[button.name] : -1;
    return { id: group.id, row: button.name === "rows-add" ? rows.length : moved };
  };

  const foundAgain = ({ id, row }) => {
    const group = document.getElementById(id);
    return (group && rowsOf(group)[row]) || group;
  };

  const swap = async (address, data, button) => {
    const box = form.closest(".main");
    const place = placeOf(button);
    const before = byName(entries());
    clearTimeout(timer);
    isDirty = false;
    try {
      const answer = await fetch(address, { method: "POST", body: data });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("task-form");
      if (!fresh) { keepInBrowser(); window.location.reload(); return; }
      const typed = byName(entries());
      typed.forEach((values, name) => { if (String(values) === String(before.get(name))) typed.delete(name); });
      if (button.name === "rows-remove" || button.name in MOVES) typed.clear();
      const cursor = typed.size && form.contains(document.activeElement) ? document.activeElement : null;
      const summary = box.querySelector("#summary");
      if (summary) summary.remove();
      const wrong = page.getElementById("summary");
      if (wrong) box.querySelector(".case").before(wrong);
      form.replaceWith(fresh);
      form = fresh;
      isDirty = false;
      prepare();
      if (typed.size) { putBack(typed); changed(); }
      const target = wrong || (cursor ? document.getElementById(cursor.id) : foundAgain(place));
      if (!target) return;
      if (!cursor) target.scrollIntoView({ block: "center" });
      (target.querySelector("input:not([type=hidden]), select, textarea") || target).focus({ preventScroll: true });
      if (cursor === null || wrong || !/^(text|textarea|search)$/.test(cursor.type)) return;
      target.setSelectionRange(cursor.selectionStart, cursor.selectionEnd);
    } catch (error) {
      isDirty = true;
      keepInBrowser();
      say(form.dataset.textFailed, true);
    }
  };

  const addressOf = (button) => button.getAttribute("formaction") || form.getAttribute("action");

  const pressed = (button) => inTurn(() => {
    const data = withoutFiles();
    data.append(button.name, button.value);
    return swap(addressOf(button), data, button);
  });

  const uploadFrom = (input) => {
    const name = input.name;
    const files = Array.from(input.files);
    if (!files.length) return;
    const button = input.closest(".drop").querySelector("button");
    const markBusy = () => {
      const place = form.elements.namedItem(name);
      if (place) place.closest(".drop").classList.add("busy");
    };
    markBusy();
    inTurn(() => {
      markBusy();
      const data = withoutFiles();
      data.append(button.name, button.value);
      files.forEach((file) => data.append(name, file));
      return swap(addressOf(button), data, button);
    });
  };

  // ---------- everything that belongs to one form element ----------
  function prepare() {
    form.querySelectorAll("select[data-search]").forEach(searchable);
    form.querySelectorAll("fieldset[data-filter]").forEach(filterable);
    form.querySelectorAll(".chips[hidden]").forEach((chips) => { chips.hidden = false; });
    form.addEventListener("input", (event) => { if (event.target.type !== "file") changed(); });
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-upload]")) uploadFrom(event.target);
      else if (event.target.type !== "file") changed();
    });
    form.addEventListener("click", (event) => {
      const chip = event.target.closest(".chip");
      if (chip) {
        const target = document.getElementById(chip.closest(".chips").dataset.target);
        target.value = target.value.trim() ? `${target.value.trim()}\n${chip.textContent}` : chip.textContent;
        target.focus();
        changed();
      }
      const button = event.target.closest("button[data-swap]");
      if (button) {
        event.preventDefault();
        pressed(button);
      }
    });
    form.querySelectorAll(".drop").forEach((drop) => {
      const over = (isOver) => (event) => { event.preventDefault(); drop.classList.toggle("over", isOver); };
      drop.classList.add("ready");
      drop.addEventListener("dragover", over(true));
      drop.addEventListener("dragleave", over(false));
      drop.addEventListener("drop", (event) => {
        over(false)(event);
        const input = drop.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        uploadFrom(input);
      });
    });
    // A lost session must not cost what was typed: the draft goes first, the form follows if somebody is signed in.
    form.addEventListener("submit", (event) => {
      if (!isDirty && !underWay) return;
      event.preventDefault();
      const submitter = event.submitter || form.querySelector("button[value=submit]");
      save().then((isKept) => {
        if (!isKept) return;
        const sent = form;
        const act = document.createElement("input");
        act.type = "hidden";
        act.name = submitter.name;
        act.value = submitter.value;
        sent.append(act);
        if (submitter.getAttribute("formaction")) sent.action = submitter.getAttribute("formaction");
        sent.submit();
      });
    });
    showWhatIsAsked(form);
  }

  // ---------- what was done before this script was there ----------
  // On a slow line one types into a page that is already to be seen. Only where the page was just opened:
  // after going back or reloading, the browser itself may have put older text into the fields.
  const isAltered = (input) => {
    if (!input.name.startsWith("f-") || input.type === "hidden") return false;
    if (input.type === "radio" || input.type === "checkbox") return input.checked !== input.defaultChecked;
    // A date that its field cannot show is emptied by the browser, not by its reader.
    if (!input.options) return input.value !== "" && input.value !== input.defaultValue;
    const offered = Array.from(input.options).find((option) => option.defaultSelected) || input.options[0];
    return Boolean(offered) && input.value !== offered.value;
  };

  const catchUp = () => {
    const [opened] = performance.getEntriesByType("navigation");
    if (!opened || opened.type !== "navigate") return;
    const inputs = Array.from(form.elements);
    if (inputs.some(isAltered)) changed();
    inputs.filter((input) => input.matches("[data-upload]")).forEach(uploadFrom);
  };

  window.addEventListener("pagehide", () => { if (isDirty) keepInBrowser(); });
  prepare();
  restore();
  catchUp();
})();
