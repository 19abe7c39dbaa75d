#!/bin/sh
# Runs the end-to-end tests against the built binaries; arguments go to pytest, like `-k technician` or `-x`.
set -eu
cd "$(dirname "$0")/../Tests/EndToEnd"
export PYTHONDONTWRITEBYTECODE=1
# Debian's Python, because pymodbus, paho and pytest are Debian's modules.
exec /usr/bin/python3 -m pytest "$@"
