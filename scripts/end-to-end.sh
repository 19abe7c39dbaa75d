#!/bin/sh
# Runs the end-to-end tests against the built programs. Arguments go to pytest, like `-k technician` or `-x`. Without any, all of
# them: most wait for time to pass, so four run beside one another; those that measure time run by themselves after that.
set -eu
cd "$(dirname "$0")/../Tests/EndToEnd"
export PYTHONDONTWRITEBYTECODE=1
# Debian's Python, because pymodbus, paho and pytest are Debian's modules.
run() { /usr/bin/python3 -m pytest "$@"; }
if test $# != 0; then
    run "$@"
    exit
fi
status=0
run --numprocesses 4 --dist loadgroup -m "not alone and not faults" || status=$?
run -m "alone and not faults" || status=$?
exit "$status"
