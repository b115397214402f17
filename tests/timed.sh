#!/bin/sh
# timed.sh FILE NAME COMMAND...: runs the command, and adds to FILE how many seconds it took.
set -u
file=$1 name=$2
shift 2
begun=$(date +%s)
"$@" || exit $?
mkdir -p "$(dirname "$file")"
printf '%5d s  %s\n' $(($(date +%s) - begun)) "$name" >>"$file"
