#!/bin/sh
# Feeds every reader of what comes from outside with libFuzzer's inputs, under the address sanitizer:
#     scripts/fuzz.sh SECONDS [READER…]
# It begins from Tests/Fuzz/corpus and keeps what it finds new in .build/fuzz-corpus. An input that ends a reader is kept in
# .build/fuzz-findings; when it is repaired, the input goes into Tests/Fuzz/corpus and is read by every `make unit`.
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
export GATEWAYD_FUZZ=1 SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
swift build --scratch-path .build/fuzz --product fuzz -Xswiftc -sanitize=fuzzer,address
test $# != 0 || set -- $(ls Tests/Fuzz/corpus)
mkdir -p .build/fuzz-findings
status=0
for reader in "$@"; do
    mkdir -p ".build/fuzz-corpus/$reader"
    printf '%s: ' "$reader"
    if FUZZ_TARGET=$reader .build/fuzz/debug/fuzz -max_total_time="$seconds" -max_len=8192 -rss_limit_mb=2048 \
        -artifact_prefix=".build/fuzz-findings/$reader-" ".build/fuzz-corpus/$reader" "Tests/Fuzz/corpus/$reader" \
        >".build/fuzz-findings/$reader.log" 2>&1; then
        grep -E '^Done ' ".build/fuzz-findings/$reader.log" || echo "done"
    else
        status=1
        echo "FOUND something: .build/fuzz-findings/$reader.log"
        tail -n 30 ".build/fuzz-findings/$reader.log"
    fi
done
exit "$status"
