#!/bin/sh
# What has to be on the machine before anything can be installed: one sentence for what is missing.
set -eu
python="$1"

if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Python 3.11 or newer is missing: install it (Debian: apt-get install python3 python3-venv) or say make PYTHON=/path/to/python3.11." >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv)." >&2
  exit 1
fi
if ! command -v npm >/dev/null 2>&1 || ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then
  echo "Node.js 20 or newer with npm is missing: install it from https://nodejs.org or your package manager." >&2
  exit 1
fi
