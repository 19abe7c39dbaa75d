#!/bin/sh
# The tests that need a kernel with GPIO lines, in the virtual board, for both major versions of libgpiod: the smoke program, the
# Swift suites of the digital lines, and the daemon itself with contacts at real lines. What cannot be fetched or started is
# said in capitals at the end and fails nothing; a test that fails does.
set -eu
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
not_run=""

# on_board WHAT ARGUMENTS…: runs the virtual board. That it could not run (75) or did not come up (70) says nothing about what was
# to be tested: it is remembered and said at the end.
on_board() {
    what=$1
    shift
    echo "== $what"
    code=0
    scripts/virtual-board.sh "$@" || code=$?
    case $code in
    0) ;;
    70 | 75) not_run="$not_run
  $what" ;;
    *) echo "board-tests: $what: exit code $code" >&2; exit 1 ;;
    esac
}

# on_both FOLDER VERSION OPTIONS…: the suites and the daemon that were built there.
on_both() {
    built=$PWD/$1/debug
    version=$2
    shift 2
    on_board "the suites of the digital lines, libgpiod $version" run "$@" "$built/gatewaydPackageTests.xctest" \
        --testing-library swift-testing --no-parallel --filter Digital
    on_board "the daemon with contacts at real lines, libgpiod $version" run "$@" --with "$built/gatewayd" \
        --with "$built/gatewayctl" --with "$PWD/boards" scripts/virtual-board/daemon-guest.sh "$built/gatewayd" "$built/gatewayctl"
}

on_board "chips, names and an edge, both versions" smoke

"$swift" build --build-tests
installed=$(pkg-config --modversion libgpiod)
on_both .build "${installed%%.*}"

# The same for the other major version, whose headers and library gpio-shim-versions.sh has unpacked.
case "$installed" in
1.*) suite=trixie other=2 ;;
*) suite=bookworm other=1 ;;
esac
unpacked=$PWD/.build/gpio-shim/$suite
scripts/gpio-shim-versions.sh
description=$(find "$unpacked" -name libgpiod.pc 2>/dev/null | head -n 1)
if test -n "$description"; then
    # Named by its file: the search path of another library may come first and has the installed version.
    library=$(basename "$(find "$unpacked" -type f -name 'libgpiod.so.*' | head -n 1)")
    mkdir -p .build/gpio-shim/pkgconfig
    sed "s|^prefix=.*|prefix=$unpacked/usr|; s|-lgpiod|-l:$library|" "$description" >.build/gpio-shim/pkgconfig/libgpiod.pc
    PKG_CONFIG_PATH=$PWD/.build/gpio-shim/pkgconfig "$swift" build --build-tests --scratch-path .build-libgpiod \
        -Xlinker --allow-shlib-undefined
    on_both .build-libgpiod "$other" --libgpiod "$other"
else
    not_run="$not_run
  everything with libgpiod $other: its package could not be fetched"
fi

if test -n "$not_run"; then echo "NOT RUN IN THE VIRTUAL BOARD, SO NOT TESTED:$not_run" >&2; fi
