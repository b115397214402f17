#!/bin/sh
# beside.sh LOG BESIDE COMMAND...: runs COMMAND, and with what it leaves of the machine BESIDE (words).
# The lowest priority hinders nobody who hears. Fails if either does; LOG is printed at the end.
set -u
log=$1 beside=$2
shift 2
mkdir -p "$(dirname "$log")"
# shellcheck disable=SC2086 # words
nice -n 19 $beside >"$log" 2>&1 &
other=$!
trap 'kill "$other" 2>/dev/null' INT TERM
"$@"
main_failed=$?
wait "$other"
other_failed=$?
cat "$log"
[ "$main_failed" -eq 0 ] && [ "$other_failed" -eq 0 ]
