#!/bin/sh
# The demonstration: installs and builds what is missing, then shows the main job on one screen. Arguments go to lab/demo.py.
# GATEWAYD and GATEWAYCTL name other binaries; then nothing is built.
set -eu
cd "$(dirname "$0")/.."
scripts/install-dependencies.sh
if test -z "${GATEWAYD:-}" || test -z "${GATEWAYCTL:-}"; then
    swift build --product gatewayd
    swift build --product gatewayctl
fi
cd Tests/EndToEnd
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 -m lab.demo "$@"
