// Single-letter keys: each clicks the visible button that carries it. Never inside a text field,
// and not at all when they are switched off (WCAG 2.1.4).

const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]";

const isOn = () => localStorage.getItem("single-keys") !== "off";

function visible(selector) {
  return [...document.querySelectorAll(selector)].find((element) => element.checkVisibility());
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !isOn()) return;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const pad = /^[0-9*#]$/.test(key) ? visible(`[data-digit="${key}"]`) : null;
  const button = pad ?? (key === "?" ? null : visible(`[data-key="${CSS.escape(key)}"]`));
  if (key === "?") showKeys();
  if (button) {
    event.preventDefault();
    button.click();
  }
}

export function showKeys() {
  document.getElementById("keys")?.showModal();
}

export function startKeys() {
  document.addEventListener("keydown", press);
  const choice = document.querySelector("[data-keys-switch]");
  if (!choice) return;
  choice.checked = isOn();
  choice.addEventListener("change", () => {
    localStorage.setItem("single-keys", choice.checked ? "on" : "off");
  });
}
