#!/bin/sh
# A real browser for the tests: found, or installed where that is possible without asking.
set -eu

found() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; }

if found; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium (once)."
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
fi
if ! found; then
  echo "Chromium is missing, and the tests talk through a real browser: install it (Debian: sudo apt-get install chromium) and run make test again." >&2
  exit 1
fi
