// Words and notices. Every word stands in the page, worded (and translated) by the server.

export function says(key) {
  return document.querySelector(`[data-says="${key}"]`)?.textContent ?? "";
}

/** Shows or hides one named notice; `detail` fills its place for more words. */
export function notice(name, shown, detail = "") {
  const element = document.querySelector(`[data-notice="${name}"]`);
  if (!element) return;
  const place = element.querySelector("[data-notice-detail]");
  if (place) place.textContent = detail;
  if (element.hidden === shown) element.hidden = !shown;
}

/** A short message that goes by itself; its words come from the server. */
export function toast(text) {
  if (!text) return;
  const element = document.createElement("p");
  element.className = "toast";
  element.textContent = text;
  document.getElementById("toasts").append(element);
  setTimeout(() => element.remove(), 6000);
}
