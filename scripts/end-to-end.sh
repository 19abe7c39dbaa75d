#!/bin/sh
# Runs the end-to-end tests against the built programs: all of them but the long fault cases, or with `faults` those alone. Most
# wait for time to pass, so four run beside one another; those that measure time or work run by themselves after that.
# Any other arguments go to pytest, like `-k technician` or `-x`.
set -eu
cd "$(dirname "$0")/../Tests/EndToEnd"
export PYTHONDONTWRITEBYTECODE=1
# Debian's Python, because pymodbus, paho and pytest are Debian's modules.
run() { /usr/bin/python3 -m pytest "$@"; }
both() {
    status=0
    run "$@" --numprocesses 4 --dist loadgroup -m "not alone and $kind" || status=$?
    run "$@" -m "alone and $kind" || status=$?
    exit "$status"
}
case "$*" in
    "") kind="not faults" both ;;
    # What they measured is shown, and how long each took.
    faults) kind=faults both -v -raP --durations=0 --durations-min=1 ;;
    *) run "$@" ;;
esac
