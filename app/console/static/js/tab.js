// This tab's name. It outlives a reload (so that a call can be continued) and is nobody else's:
// a duplicated tab copies the session storage, finds the name in use and takes another.

const KEY = "tab";

function fresh() {
  const name = [...crypto.getRandomValues(new Uint8Array(8))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  sessionStorage.setItem(KEY, name);
  return name;
}

function isReload() {
  return performance.getEntriesByType("navigation")[0]?.type === "reload";
}

async function isInUse(channel, name) {
  const answer = new Promise((resolve) => {
    channel.addEventListener("message", (event) => event.data.mine === name && resolve(true));
  });
  channel.postMessage({ whose: name });
  return Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 120, false))]);
}

export async function nameOfThisTab() {
  const channel = new BroadcastChannel("tabs");
  let name = sessionStorage.getItem(KEY) ?? fresh();
  if (!isReload() && (await isInUse(channel, name))) name = fresh();
  channel.addEventListener("message", (event) => {
    if (event.data.whose === name) channel.postMessage({ mine: name });
  });
  return name;
}
