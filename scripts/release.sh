#!/bin/sh
# The programs as they are shipped: release, static Swift library, sections nobody uses removed, stripped. No symbol is exported:
# nothing is loaded that could want one, and 24,000 of them were 2.2 MB.
set -eu
cd "$(dirname "$0")/.."
for product in gatewayd gatewayctl; do
    "${SWIFT:-swift}" build -c release --static-swift-stdlib -Xlinker --gc-sections -Xlinker --no-export-dynamic --product "$product"
done
mkdir -p .build/stripped
for product in gatewayd gatewayctl; do
    strip -o ".build/stripped/$product" ".build/release/$product"
done
scripts/man-pages.py .build/stripped/share/man .build/stripped/gatewayd .build/stripped/gatewayctl
scripts/completions.sh .build/stripped/share .build/stripped/gatewayd .build/stripped/gatewayctl
