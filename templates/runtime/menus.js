// A `<details data-menu>` lies over the page: Escape closes it and gives the focus back to what opened
// it, and so does the focus when it moves on to something behind it. Without a script it stays a
// `<details>`.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

addEventListener("focusin", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
