#!/bin/sh
# Runs seeds on all cores, each its own in turn, and adds up what they say: SEEDS FIRST_SEED [option of gateway-simulate ...]
set -eu
seeds=$1 first=$2
shift 2
cores=$(getconf _NPROCESSORS_ONLN)
if [ "$cores" -gt "$seeds" ]; then cores=$seeds; fi
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
running=
for core in $(seq 0 $((cores - 1))); do
    .build/release/gateway-simulate --first-seed $((first + core)) --stride "$cores" --seeds $(((seeds - core + cores - 1) / cores)) \
        --commit "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" "$@" >"$said/$core" 2>&1 &
    running="$running $!"
done
status=0
for one in $running; do wait "$one" || status=$?; done
cat "$said"/*
if [ "$cores" -gt 1 ]; then
    awk '/ gateway-days: / {
        seeds += $1; days += $3; records += $5; twice += $7; raises += $11; demanded += $13; lives += $15; cuts += $17; took += $20
    }
    END {
        printf "all: %d seeds, %.2f gateway-days: %d records, %d of them twice; ", seeds, days, records, twice
        printf "%d raises, %d demanded; %d lives, %d power cuts; ", raises, demanded, lives, cuts
        printf "%d s of one core, %.2f gateway-days in each\n", took, took ? days / took : 0
    }' "$said"/*
fi
exit "$status"
