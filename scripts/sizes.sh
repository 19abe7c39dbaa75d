#!/bin/sh
# Prints the size of each stripped program beside its bound; fails when one is over it.
set -eu
cd "$(dirname "$0")/.."
status=0
for entry in gatewayd:30 gatewayctl:20; do
    product=${entry%%:*}
    bound=$((${entry##*:} * 1000 * 1000))
    size=$(stat -c %s ".build/stripped/$product")
    printf '%-12s %10d bytes stripped, bound %d\n' "$product" "$size" "$bound"
    if [ "$size" -gt "$bound" ]; then
        echo "$product is over its bound" >&2
        status=1
    fi
done
exit $status
