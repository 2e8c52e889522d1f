// Shows one language and remembers the choice in the address, so that a link keeps it and nothing is stored.
const buttons = document.querySelectorAll("button[data-language]");
const parts = document.querySelectorAll("main[lang], footer p[lang]");

function show(language) {
  document.documentElement.lang = language;
  document.title = document.querySelector(`main[lang="${language}"] h1`).textContent;
  for (const part of parts) part.hidden = part.lang !== language;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.language === language));
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    show(button.dataset.language);
    history.replaceState(null, "", `#${button.dataset.language}`);
  });
}
const asked = location.hash.slice(1, 3);
if (asked === "da") {
  show("da");
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}
