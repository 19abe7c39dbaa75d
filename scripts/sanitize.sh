#!/bin/sh
# The Swift tests under the address and the thread sanitizer, each with a build of its own:
#     scripts/sanitize.sh [address|thread]
# SANITIZE_FILTER is another choice of tests, as `swift test --filter` takes it.
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
"" | address | thread) ;;
*)
    echo "sanitize: address or thread, found $1" >&2
    exit 64
    ;;
esac
# Measured times and memory mean nothing here, and a program that was not built with it cannot load what another one needs.
skipped='Bench|TidyTests|BoardFilesTests'
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=halt_on_error=0:report_signal_unsafe=0
for sanitizer in ${1:-address thread}; do
    echo "sanitize: $sanitizer"
    # Swift's own Mutex waits in a library that was not built with it: four tasks that fight for one counter under a Mutex, and do
    # nothing else, are reported too. This suite is the only one of ours where tasks fight like that.
    test "$sanitizer" != thread || skipped="$skipped|MailboxTests"
    swift build --build-tests --sanitize "$sanitizer" --scratch-path ".build/$sanitizer"
    swift test --skip-build --no-parallel --sanitize "$sanitizer" --scratch-path ".build/$sanitizer" \
        --skip "$skipped" ${SANITIZE_FILTER:+--filter "$SANITIZE_FILTER"}
done
