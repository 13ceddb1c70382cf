// Conveniences only: every page works without this file.
"use strict";

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

// Open menus close on Escape, which gives the focus back to what opened them, and on a click elsewhere.
const closeMenus = (except) => document.querySelectorAll("details.who[open]").forEach((menu) => {
  if (menu !== except) menu.removeAttribute("open");
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const opener = document.querySelector("details.who[open] summary");
  closeMenus(null);
  if (opener) opener.focus();
  if (window.location.hash === "#side") {
    window.location.hash = "#main";
    document.querySelector(".burger").focus();
  }
});
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.who")));

// A refused form begins with what is wrong with it.
const wrong = document.querySelector(".summary[role=alert]");
if (wrong) wrong.focus();

// The demo accounts on the sign-in page fill in the form.
document.querySelectorAll("[data-username]").forEach((button) => {
  button.addEventListener("click", () => {
    document.getElementById("username").value = button.dataset.username;
    document.getElementById("password").value = button.dataset.password;
    document.getElementById("sign-in").focus();
  });
});
