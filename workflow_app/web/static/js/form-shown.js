// What of a task form is to be seen: the fields that are asked, and the entries of a long list that are looked for.
"use strict";

const shownInForm = (() => {
  // ---------- what is asked ----------
  // A field is shown while each field that it depends on is itself shown and has one of the named values.
  const wrapperOf = (form, name) => form.querySelector(`[data-field="${name}"]`);

  const valueOf = (form, name) => {
    const wrapper = wrapperOf(form, name);
    if (!wrapper || wrapper.hidden) return [];
    const inputs = Array.from(wrapper.querySelectorAll("[name]")).filter((i) => i.name === name && i.type !== "hidden");
    return inputs.filter((i) => (i.type !== "radio" && i.type !== "checkbox") || i.checked).map((i) => i.value);
  };

  const spelled = (wanted) => wanted.map((v) => (v === true ? "yes" : v === false ? "no" : v));

  const isAsked = (form, wrapper) => {
    const conditions = JSON.parse(wrapper.dataset.showIf);
    const row = wrapper.parentElement.closest("[data-row]");
    return Object.keys(conditions).every((key) => {
      const inRow = row ? row.dataset.row + key : null;
      const name = inRow && wrapperOf(form, inRow) ? inRow : `f-${key}`;
      return valueOf(form, name).some((v) => spelled(conditions[key]).includes(v));
    });
  };

  // The checklist counts what it shows; without a line it has nothing to say.
  const countEvidence = (form) => {
    const list = form.querySelector("#evidence");
    if (!list) return;
    const lines = Array.from(list.querySelectorAll("[data-slot]")).filter((line) => !line.hidden);
    const done = lines.filter((line) => line.dataset.slot === "done");
    const told = list.querySelector("[data-count]");
    told.textContent = told.dataset.count.replace("{done}", done.length).replace("{total}", lines.length);
    list.hidden = lines.length === 0;
  };

  const showWhatIsAsked = (form) => {
    const wrappers = Array.from(form.querySelectorAll("[data-show-if]"));
    for (let pass = 0; pass < wrappers.length + 1; pass += 1) {
      const changed = wrappers.filter((w) => w.hidden === isAsked(form, w));
      if (changed.length === 0) break;
      changed.forEach((w) => { w.hidden = !w.hidden; });
    }
    const fields = form.querySelector(".pad > .grid");
    if (fields) fields.classList.toggle("unasked", Array.from(fields.children).every((w) => w.hidden));
    countEvidence(form);
    const mark = document.getElementById("opinion-mark");
    const opinion = document.getElementById("f-opinion");
    if (mark && opinion && opinion.getAttribute("aria-required") !== "true") {
      mark.hidden = !form.querySelector("[data-opinion]:checked");
    }
  };

  // ---------- lists ----------
  const filterField = (words) => {
    const input = document.createElement("input");
    input.type = "search";
    input.className = "pick-filter";
    input.placeholder = words;
    input.setAttribute("aria-label", words);
    input.autocomplete = "off";
    return input;
  };

  const searchable = (select) => {
    if (select.options.length <= 12) return;
    const all = Array.from(select.options);
    const input = filterField(select.dataset.search);
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      const words = input.value.trim();
      const kept = all.filter((o) => !o.value || o.selected || o.text.includes(words));
      select.replaceChildren ? select.replaceChildren(...kept) : (select.textContent = "", kept.forEach((o) => select.append(o)));
    });
    select.before(input);
  };

  const filterable = (fieldset) => {
    const boxes = Array.from(fieldset.querySelectorAll(".box"));
    const input = filterField(fieldset.dataset.filter);
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      const words = input.value.trim();
      boxes.forEach((box) => { box.hidden = !box.textContent.includes(words) && !box.querySelector("input").checked; });
    });
    fieldset.querySelector(".boxes").before(input);
  };

  return { showWhatIsAsked, searchable, filterable };
})();
