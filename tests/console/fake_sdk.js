// The Voice SDK as far as the softphone uses it, without a network: a test drives `fakePhone`.
(() => {
  class Emitter {
    constructor() {
      this.listeners = {};
    }

    on(event, listener) {
      (this.listeners[event] ??= []).push(listener);
    }

    emit(event, ...values) {
      for (const listener of this.listeners[event] ?? []) listener(...values);
    }
  }

  class Call extends Emitter {
    constructor(params) {
      super();
      this.params = params;
      this.muted = false;
      this.digits = "";
      this.state = "connecting";
    }

    status() {
      return this.state;
    }

    open() {
      this.state = "open";
      this.emit("accept");
      this.emit("sample", { totals: { packetsReceived: 50 } });
    }

    mute(muted) {
      this.muted = muted;
      this.emit("mute", muted);
    }

    isMuted() {
      return this.muted;
    }

    sendDigits(digits) {
      this.digits += digits;
    }

    disconnect() {
      this.state = "closed";
      this.emit("disconnect");
    }
  }

  class Device extends Emitter {
    constructor(token, options) {
      super();
      this.token = token;
      this.options = options;
      this.state = "unregistered";
      this.calls = [];
      window.fakePhone = this;
    }

    async register() {
      this.registrations = (this.registrations ?? 0) + 1;
      this.state = "registered";
      this.emit("registered");
    }

    async connect({ params }) {
      if (this.fails) throw Object.assign(new Error("refused"), { code: this.fails });
      const call = new Call(params);
      this.calls.push(call);
      if (!this.silent) setTimeout(() => call.open(), 20);
      return call;
    }

    updateToken(token) {
      this.token = token;
    }
  }

  window.Twilio = { Device };
})();
