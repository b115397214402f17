// The shell: it stays while htmx swaps the main region.

import { saveNotes } from "./notes.js";
import { isOldToken } from "./request.js";
import { notice } from "./say.js";
import { csrf, renew, sessionIsOver } from "./session.js";

const TYPING = "textarea, input:not([type=range]), select"; // there Escape is the field's own
const SKELETON_AFTER = 300;

let lastPath = "";
let skeletonTimer = null;
let restoring = null; // the page that Back asks for: htmx swaps it in whenever it comes

const main = () => document.getElementById("main");
const isOfMain = (event) => event.detail.target === main();

export function startShell() {
  const { body } = document;
  body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF-Token"] = csrf();
  });
  body.addEventListener("htmx:beforeRequest", (event) => {
    if (!isOfMain(event)) return;
    lastPath = event.detail.pathInfo.requestPath;
    skeletonTimer = setTimeout(() => main().classList.add("loading"), SKELETON_AFTER);
  });
  body.addEventListener("htmx:afterRequest", (event) => {
    if (!isOfMain(event)) return;
    clearTimeout(skeletonTimer);
    main().classList.remove("loading");
    notice("failed", !event.detail.successful && event.detail.xhr?.status !== 401);
  });
  body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) sessionIsOver();
    else sendAgain(event.detail);
  });
  body.addEventListener("htmx:afterSettle", (event) => {
    if (isOfMain(event)) arrive();
  });
  body.addEventListener("htmx:historyRestore", arrive);
  body.addEventListener("htmx:historyCacheMiss", ({ detail }) => {
    restoring?.abort();
    restoring = detail.xhr;
  });
  body.addEventListener("htmx:pushedIntoHistory", () => restoring?.abort());
  body.addEventListener("htmx:beforeSwap", () => saveNotes());
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (row && !event.target.closest("a, button")) row.querySelector("a").click();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target) || event.target.closest(".pop button")) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    const menu = event.target.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (!event.target.closest(TYPING)) {
      document.querySelector(".drawer [data-closes]")?.click();
    }
  });
}

/** What htmx sent with the token of an older session goes once more with the one of now. */
async function sendAgain({ xhr, requestConfig: sent }) {
  const isJson = xhr.getResponseHeader("Content-Type")?.startsWith("application/json");
  if (!isJson || !isOldToken(JSON.parse(xhr.responseText))) return;
  if (!(await renew()) || sent.headers["X-CSRF-Token"] === csrf()) return;
  window.htmx.ajax(sent.verb, sent.path, { source: sent.elt, values: sent.parameters });
}

function arrive() {
  const section = `/${location.pathname.split("/")[1]}`;
  for (const link of document.querySelectorAll("#rail a")) {
    if (link.getAttribute("href") === section) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  main().scrollTop = 0;
  main().focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("live:changed"));
}

export const actions = {
  "reload-region": () => {
    notice("failed", false);
    window.htmx.ajax("GET", lastPath, { target: "#main", swap: "innerHTML" });
  },
  theme: () => {
    const root = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = root.dataset.theme ?? (dark ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  },
};
