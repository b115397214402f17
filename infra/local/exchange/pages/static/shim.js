// Voice SDK shim: the SDK always opens wss://; the exchange on this computer speaks plain ws://.
// Load this before the SDK. Sockets to any other host are left alone.
(() => {
  const exchange = new URL(document.currentScript.src).host;
  const System = window.WebSocket;

  window.WebSocket = class extends System {
    constructor(address, protocols) {
      const url = new URL(address, window.location.href);
      if (url.host === exchange && url.protocol === 'wss:') {
        url.protocol = 'ws:';
      }
      super(url.href, protocols);
    }
  };
})();
