#!/bin/sh
# Compiles the GPIO shim against both major versions of libgpiod and runs what came out: the installed one, and those of
# Debian 12 and 13, whichever is the other major version, unpacked beside it (scripts/debian-package.sh).
# When that cannot be fetched, it says so in capitals, and its last line is "NOT CHECKED: ...".
set -eu
cd "$(dirname "$0")/.."
compiler=${CC:-cc}
work=.build/gpio-shim
mkdir -p "$work"
pkg-config --exists libgpiod || {
    echo "gpio-shim-versions: libgpiod-dev is not installed; run scripts/install-dependencies.sh" >&2
    exit 69
}

cat >"$work/version.c" <<'PROGRAM'
#include "CGPIO.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

// Prints the version. What is no chip must be told apart from a chip in the same way by both.
int main(void)
{
    cgpio_chip *chip = NULL;
    int missing = cgpio_open("/dev/gpiochip-that-is-not-there", &chip), other = cgpio_open("/dev/null", &chip);
    printf("libgpiod %s: debounce %s, sequence numbers %s\n", cgpio_library_version(), cgpio_has_debounce() ? "yes" : "no",
           cgpio_has_sequence_numbers() ? "yes" : "no");
    if (missing == -ENOENT && other == -ENODEV)
        return 0;
    printf("a missing chip gives %s, another file %s\n", strerror(-missing), strerror(-other));
    return 1;
}
PROGRAM

# check NAME FLAGS-TO-COMPILE FLAGS-TO-LINK LIBRARY-FOLDER MAJOR-VERSION
check() {
    $compiler -std=gnu11 -O2 -Wall -Wextra -Werror -pedantic -ISources/CGPIO/include $2 -o "$work/try-$1" \
        "$work/version.c" Sources/CGPIO/*.c $3
    said=$(LD_LIBRARY_PATH="$4${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" "$work/try-$1") || {
        echo "gpio-shim-versions: $1: $said" >&2
        exit 1
    }
    echo "$1: $said"
    case "$said" in "libgpiod $5."*) ;; *)
        echo "gpio-shim-versions: $1 should be version $5" >&2
        exit 1 ;;
    esac
}

installed=$(pkg-config --modversion libgpiod)
check installed "$(pkg-config --cflags libgpiod)" "$(pkg-config --libs libgpiod)" "$work" "${installed%%.*}"

case "$installed" in
1.*) suite=trixie runtime=libgpiod3 major=2 ;;
*) suite=bookworm runtime=libgpiod2 major=1 ;;
esac
other=$work/$suite
if scripts/debian-package.sh "$suite" libgpiod-dev "$other" >"$work/said" 2>&1 &&
    scripts/debian-package.sh "$suite" "$runtime" "$other" >>"$work/said" 2>&1; then
    folder=$(dirname "$(find "$other/usr/lib" -name 'libgpiod.so.*' | head -n 1)")
    check "$suite" "-I$other/usr/include" "$folder/$(basename "$(readlink "$folder/libgpiod.so")")" "$PWD/$folder" "$major"
else
    cat "$work/said" >&2
    echo "THE GPIO SHIM WAS NOT COMPILED AGAINST LIBGPIOD $major: DEBIAN'S PACKAGE COULD NOT BE FETCHED, SEE ABOVE" >&2
    echo "NOT CHECKED: the GPIO shim against libgpiod $major (scripts/gpio-shim-versions.sh)"
fi
