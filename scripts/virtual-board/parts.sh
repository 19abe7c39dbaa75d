# What the virtual board is made of besides its kernel, fetched once into .build/virtual-board: tools and initial file system.
# Sourced by virtual-board.sh; $root, $store, $architecture, could_not_run and say come from there.

# What QEMU is called and how its machine is described, by Debian's name of the architecture.
describe_machine() {
    case $architecture in
    amd64)
        qemu=qemu-system-x86_64 qemu_package=qemu-system-x86 machine=q35 console=ttyS0
        # "host" would copy registers that an older QEMU cannot set, and ended it at once on the first machine tried.
        software_processor=Westmere kvm_processor=kvm64
        ;;
    arm64)
        qemu=qemu-system-aarch64 qemu_package=qemu-system-arm machine=virt console=ttyAMA0
        software_processor=cortex-a53 kvm_processor=host
        ;;
    *) could_not_run "no virtual board is known for $architecture" ;;
    esac
}

# Installs the few programs that are missing; only these, and nobody else needs them.
install_tools() {
    missing=""
    command -v "$qemu" >/dev/null || missing="$missing $qemu_package"
    command -v depmod >/dev/null || missing="$missing kmod"
    command -v mke2fs >/dev/null || missing="$missing e2fsprogs"
    command -v xz >/dev/null || missing="$missing xz-utils"
    if test "$suite" = bookworm; then
        command -v make >/dev/null || missing="$missing make"
        command -v gcc-12 >/dev/null || missing="$missing gcc-12"
    fi
    test -n "$missing" || return 0
    if test "$(id -u)" = 0; then
        as_root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo"
    else
        could_not_run "neither root nor sudo at hand. As root: apt-get install --yes --no-install-recommends$missing"
    fi
    say "installing$missing"
    $as_root apt-get update --quiet=2 >&2 || could_not_run "the package lists could not be fetched"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends $missing >&2 ||
        could_not_run "could not install$missing"
}

# fetch SUITE PACKAGE FOLDER: unpacked beside and put in place in one step, so that half a package is never taken for one.
fetch() {
    test -d "$3" && return 0
    rm -rf "$3.new"
    say "fetching $2 ($1)"
    "$root/scripts/debian-package.sh" "$1" "$2" "$3.new" "$architecture" >"$store/fetch.log" ||
        could_not_run "$2 of $1 could not be fetched (an old package list? then remove .build/debian and try again)"
    mv "$3.new" "$3"
}

# module NAME: copies it and what it needs, unpacked and in order. One that is missing may be built in; the guest finds out.
module() {
    modprobe -d "$kernel_folder" -S "$kernel" --show-depends "$1" 2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p' |
        while read -r file; do
            name=$(basename "$file")
            name=${name%.xz}
            if ! grep -qx "$name" "$2/order"; then
                case $file in
                *.xz) xz -dc "$file" >"$2/$name" ;;
                *) cp "$file" "$2/$name" ;;
                esac
                echo "$name" >>"$2/order"
            fi
        done
}

make_initial_file_system() {
    fetch trixie busybox-static "$store/busybox"
    busybox=$store/busybox/usr/bin/busybox
    test -x "$busybox" || busybox=$store/busybox/bin/busybox
    recipe=$(cat "$root/scripts/virtual-board/guest-init.sh" "$root/scripts/virtual-board/parts.sh" | cksum | tr ' ' -)
    initial=$store/initial-$kernel-$recipe
    test -e "$initial" && return 0
    tree=$(mktemp -d "$store/tree.XXXXXX")
    mkdir -p "$tree/bin" "$tree/modules"
    cp "$busybox" "$tree/bin/busybox"
    cp "$root/scripts/virtual-board/guest-init.sh" "$tree/init"
    chmod 755 "$tree/init" "$tree/bin/busybox"
    : >"$tree/modules/order"
    for name in gpio-sim virtio_pci virtio_blk virtio_console ext4; do module "$name" "$tree/modules"; done
    grep -qx gpio-sim.ko "$tree/modules/order" || could_not_run "kernel $kernel has no gpio-sim"
    (cd "$tree" && find . | "$busybox" cpio -o -H newc -R 0:0 2>/dev/null) >"$initial.new"
    rm -rf "$tree"
    mv "$initial.new" "$initial"
}
