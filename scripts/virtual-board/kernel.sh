# The kernels of the virtual board, each with gpio-sim, fetched once into .build/virtual-board. Sourced by virtual-board.sh.
#   trixie-backports  has gpio-sim, but Debian no longer builds the first GPIO interface into it: libgpiod 1 cannot speak to it.
#   bookworm          has both interfaces, but no gpio-sim: that is built here from Debian's own source of the same kernel.
# Both are named by what Debian's meta package depends on: their versions move.

# name_of META: the package that the meta package stands for, without its leading word.
name_of() {
    fetch "$suite" "$1-$architecture" "$store/$1-$suite"
    archive=$(find "$root/.build/debian/$suite-$architecture/packages" -name "$1-${architecture}_*.deb" | head -n 1)
    dpkg-deb --field "$archive" Depends | tr ', ' '\n\n' | sed -n "s/^$1-\([0-9].*\)\$/\1/p" | head -n 1
}

fetch_kernel() {
    kernel_folder=$(find "$store" -maxdepth 1 -name "kernel-$suite-[0-9]*" ! -name '*.new' | sort -V | tail -n 1)
    test -n "$kernel_folder" || make_kernel
    kernel=${kernel_folder##*/kernel-"$suite"-}
    vmlinuz=$(find "$kernel_folder" -type f -name 'vmlinuz*' | head -n 1)
    test -n "$vmlinuz" || could_not_run "the packages of kernel $kernel hold no kernel"
}

make_kernel() {
    kernel=$(name_of linux-image)
    test -n "$kernel" || could_not_run "linux-image-$architecture of $suite names no kernel"
    kernel_folder=$store/kernel-$suite-$kernel
    rm -rf "$kernel_folder.new"
    mkdir -p "$kernel_folder.new"
    case $suite in
    bookworm) packages="linux-image-$kernel" ;;
    *) packages="linux-binary-$kernel linux-modules-$kernel" ;;
    esac
    for package in $packages; do
        fetch "$suite" "$package" "$store/$package"
        cp -a "$store/$package/." "$kernel_folder.new"
        rm -rf "${store:?}/$package"
    done
    # depmod and modprobe look into /lib, which not every package brings.
    test -e "$kernel_folder.new/lib" || ln -s usr/lib "$kernel_folder.new/lib"
    test "$suite" != bookworm || build_gpio_sim "$kernel_folder.new/lib/modules/$kernel/kernel/drivers/gpio"
    depmod -b "$kernel_folder.new" "$kernel" 2>"$store/depmod.log" || could_not_run "depmod failed: $(cat "$store/depmod.log")"
    mv "$kernel_folder.new" "$kernel_folder"
}

# build_gpio_sim FOLDER: Debian's kernel 6.1 leaves gpio-sim out, and with it the simulated interrupts that it stands on; these
# are not exported to modules, so both go into one. The one call in them that a module cannot make gets its exported equal.
build_gpio_sim() {
    headers=$(name_of linux-headers)
    series=$(echo "$headers" | cut -d . -f 1-2)
    tree=$store/build
    rm -rf "$tree"
    mkdir -p "$tree/module" "$tree/unpacked"
    common=linux-headers-${headers%-"$architecture"}-common
    for package in "linux-headers-$headers" "$common" "linux-kbuild-$series" "linux-source-$series"; do
        fetch "$suite" "$package" "$store/$package"
        cp -a "$store/$package/." "$tree/unpacked"
        rm -rf "${store:?}/$package"
    done
    say "building gpio-sim for $kernel"
    source=linux-source-$series
    tar -xJf "$tree/unpacked/usr/src/$source.tar.xz" -C "$tree" "$source/drivers/gpio/gpio-sim.c" "$source/drivers/gpio/gpiolib.h" \
        "$source/kernel/irq/irq_sim.c" || could_not_run "$source holds no gpio-sim"
    cp "$tree/$source/drivers/gpio/gpiolib.h" "$tree/module/"
    cp "$tree/$source/drivers/gpio/gpio-sim.c" "$tree/module/chip.c"
    sed 's/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq(irqnum)/' "$tree/$source/kernel/irq/irq_sim.c" \
        >"$tree/module/irq_sim.c"
    printf 'obj-m := gpio-sim.o\ngpio-sim-y := chip.o irq_sim.o\n' >"$tree/module/Kbuild"
    configured=$tree/unpacked/usr/src/linux-headers-$headers
    echo "include $tree/unpacked/usr/src/$common/Makefile" >"$configured/Makefile"
    make -s -C "$configured" M="$tree/module" modules >"$store/gpio-sim.log" 2>&1 ||
        could_not_run "gpio-sim could not be built for $kernel: $(tail -n 20 "$store/gpio-sim.log")"
    strip --strip-debug "$tree/module/gpio-sim.ko"
    mkdir -p "$1"
    cp "$tree/module/gpio-sim.ko" "$1/"
    rm -rf "$tree"
}
