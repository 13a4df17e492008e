// Runs before the first paint: the colour scheme that the reader chose, and a way out when the checking script cannot run.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.remove("no-js");

  const remembered = () => {
    try {
      return localStorage.getItem("issuer-theme");
    } catch {
      return null; // storage is off: follow the system
    }
  };
  const remember = (theme) => {
    try {
      localStorage.setItem("issuer-theme", theme);
    } catch {
      // storage is off: the choice lasts for this page
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  };
  const isDark = () => root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);

  apply(remembered());

  const giveUp = (why) => {
    const verdict = document.querySelector("[data-verdict='checking']");
    if (!verdict || root.dataset.verdict) return;
    verdict.dataset.verdict = root.dataset.verdict = "cannot-tell";
    verdict.querySelector("[data-verdict-word]").textContent = "Cannot tell";
    verdict.querySelector("[data-verdict-why]").textContent = why;
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.addEventListener("click", () => {
        const theme = isDark() ? "light" : "dark";
        apply(theme);
        remember(theme);
      });
    }
    if (location.protocol === "file:") {
      giveUp("This is a copy on a disk, so it cannot ask the issuer's site. Open the certificate's web address instead.");
    }
    // Longer than the checking script's own limits: it runs only if that script was blocked or could not be loaded.
    setTimeout(() => giveUp("The script that checks this certificate could not run. Reload the page, or check with the command line."), 40000);
  });
})();
