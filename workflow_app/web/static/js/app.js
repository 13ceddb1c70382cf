// Conveniences only: every page works without this file.
"use strict";

// A filter that is changed is applied at once; without a script its button does it.
document.querySelectorAll("form[data-auto]").forEach((form) => {
  form.addEventListener("change", () => form.requestSubmit ? form.requestSubmit() : form.submit());
});

// A second click on a button that has been pressed does nothing. The server would answer it the same way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Open menus close on Escape, and on a click elsewhere.
const closeMenus = (except) => document.querySelectorAll("details.who[open]").forEach((menu) => {
  if (menu !== except) menu.removeAttribute("open");
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.who")));

// The demo accounts on the sign-in page fill in the form.
document.querySelectorAll("[data-username]").forEach((button) => {
  button.addEventListener("click", () => {
    document.getElementById("username").value = button.dataset.username;
    document.getElementById("password").value = button.dataset.password;
    document.getElementById("sign-in").focus();
  });
});
