# The smoke test of the virtual board: a small program, compiled against each major version of libgpiod, meets a chip and an edge.
# Sourced by virtual-board.sh.

# compile SUITE LIBRARY
compile() {
    fetch "$1" libgpiod-dev "$store/libgpiod-dev-$1"
    header=$(find "$store/libgpiod-dev-$1" -name gpiod.h | head -n 1)
    library=$(find "$store/$2" -name 'libgpiod.so.*' -type f | head -n 1)
    # The library may want a newer C library than this machine's; the guest has it.
    "${CC:-cc}" -std=c17 -O1 -Wall -Wextra -Werror -pedantic -D_GNU_SOURCE -I"$(dirname "$header")" -o "$store/smoke-$libgpiod" \
        "$root/scripts/virtual-board/smoke.c" "$library" -Wl,--allow-shlib-undefined ||
        broken "the smoke program does not compile against libgpiod $libgpiod"
}

run_smoke() {
    for libgpiod in ${libgpiod:-1 2}; do
        flock 8
        program=$root/scripts/virtual-board/smoke-guest.sh
        choose_kernel
        prepare
        fetch_libgpiod
        case $libgpiod in
        1) compile bookworm libgpiod2 ;;
        2) compile trixie libgpiod3 ;;
        esac
        echo "$store/smoke-$libgpiod" >"$scratch/extras"
        run_program "$store/smoke-$libgpiod"
        test "$code" = 0 || { say "the smoke test failed with libgpiod $libgpiod"; return 0; }
    done
}
