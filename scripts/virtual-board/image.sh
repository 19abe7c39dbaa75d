# The disk of the virtual board: the program with every library it needs, at the same paths as here, so that nothing has to be
# moved or rewritten. Sourced by virtual-board.sh; $store, $scratch, $busybox, $libgpiod, refuse and broken come from there.

# put FILE-OR-FOLDER: at the same path. Folders are resolved, so that /lib and /usr/lib stay one; a link is kept with its target.
put() {
    parent=$(dirname "$1")
    test -d "$disk$parent" || mkdir -p "$disk$parent"
    cp -R --no-clobber --preserve=mode,timestamps --dereference "$1" "$disk$parent/"
}

# Where the machine has /lib as a link to /usr/lib, the disk has it too, else the dynamic loader is not found.
make_skeleton() {
    mkdir -p "$disk/usr/bin" "$disk/usr/sbin" "$disk/usr/lib" "$disk/usr/lib64" "$disk/proc" "$disk/sys" "$disk/dev" \
        "$disk/tmp" "$disk/var/tmp" "$disk/run" "$disk/root" "$disk/etc" "$disk/virtual-board"
    for name in bin sbin lib lib64; do
        if test -L "/$name" || ! test -e "/$name"; then ln -s "usr/$name" "$disk/$name"; else mkdir -p "$disk/$name"; fi
    done
    chmod 1777 "$disk/tmp" "$disk/var/tmp"
    echo "root:x:0:0:root:/root:/bin/sh" >"$disk/etc/passwd"
    echo "root:x:0:" >"$disk/etc/group"
    cp "$busybox" "$disk/usr/bin/busybox"
    for name in $("$busybox" --list); do ln -s busybox "$disk/usr/bin/$name" 2>/dev/null || true; done
}

# The other major version of libgpiod, and the C library that Debian 13's was linked with.
fetch_libgpiod() {
    case $libgpiod in
    1) fetch bookworm libgpiod2 "$store/libgpiod2" ;;
    2) fetch trixie libgpiod3 "$store/libgpiod3" && fetch trixie libc6 "$store/libc6" ;;
    esac
}

# Debian 13's libgpiod wants a newer C library than Debian 12 has; a newer one runs older programs too, so the guest gets the C
# library of the same release where it is newer than this machine's, and its loader in the place that programs name.
put_other_libgpiod() {
    test -n "$libgpiod" || return 0
    mkdir -p "$disk$other_folder"
    find "$store/libgpiod$((libgpiod + 1))" -name 'libgpiod.so.*' -exec cp -P {} "$disk$other_folder/" \;
    test "$libgpiod" = 2 || return 0
    theirs=$(find "$store/libc6" -name 'libc.so.6' | head -n 1)
    their_version=$(grep -ao 'stable release version [0-9.]*[0-9]' "$theirs" | grep -o '[0-9.]*$')
    our_version=$(getconf GNU_LIBC_VERSION | grep -o '[0-9.]*$')
    test "$(printf '%s\n%s\n' "$our_version" "$their_version" | sort -V | tail -n 1)" != "$our_version" || return 0
    find "$(dirname "$theirs")" -maxdepth 1 -name '*.so*' -exec cp -L {} "$disk$other_folder/" \;
    loader=$(find "$disk$other_folder" -name 'ld-linux*' | head -n 1)
    find -L "$disk/lib" "$disk/lib64" -name "$(basename "$loader")" >"$scratch/loaders"
    while read -r place; do cp --remove-destination "$loader" "$place"; done <"$scratch/loaders"
}

# put_program FILE: the file and what ldd names. What ldd does not find must come from the other libgpiod.
put_program() {
    put "$1"
    ldd "$1" >"$scratch/ldd" 2>/dev/null || return 0
    sed -n 's/^[[:space:]]*[^ ]* => \(\/[^ ]*\) (.*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' "$scratch/ldd" |
        sort -u >"$scratch/libraries"
    while read -r library; do
        put "$library"
        dirname "$library" >>"$scratch/folders"
    done <"$scratch/libraries"
    sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p' "$scratch/ldd" | sort -u >>"$scratch/absent"
}

check_absent() {
    sort -u "$scratch/absent" | while read -r library; do
        test -e "$disk$other_folder/$library" || echo "$library"
    done >"$scratch/unknown"
    test -s "$scratch/unknown" || return 0
    say "not on this machine: $(tr '\n' ' ' <"$scratch/unknown")"
    refuse "$program cannot run without them; if it is linked with the other libgpiod, give --libgpiod 1 or 2"
}

# The kernel that the program can speak to: libgpiod 1 (libgpiod.so.2) needs the first GPIO interface, all else the newest kernel.
choose_kernel() {
    suite=trixie-backports
    test "$libgpiod" != 2 || return 0
    test "$libgpiod" != 1 || suite=bookworm
    { echo "$program" && cat "$scratch/extras"; } >"$scratch/brought"
    while read -r file; do
        if test -f "$file" && ldd "$file" 2>/dev/null | grep -q 'libgpiod\.so\.2 '; then suite=bookworm; fi
    done <"$scratch/brought"
}

quoted() { printf "'%s' " "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }

# make_image ARGUMENTS…: the disk with the program and the command that starts it with these arguments.
make_image() {
    disk=$scratch/disk
    other_folder=/virtual-board/libgpiod
    make_skeleton
    : >"$scratch/folders"
    : >"$scratch/absent"
    put_program "$program"
    while read -r extra; do
        if test -f "$extra"; then put_program "$extra"; else put "$extra"; fi
    done <"$scratch/extras"
    put_other_libgpiod
    check_absent
    {
        folders=$({ echo "$other_folder" && sort -u "$scratch/folders"; } | paste -s -d :)
        echo "export PATH=/usr/bin:/usr/sbin HOME=/root TMPDIR=/tmp LD_LIBRARY_PATH=$(quoted "$folders")"
        while read -r setting; do echo "export $(quoted "$setting")"; done <"$scratch/settings"
        echo "cd /root"
        printf 'exec '
        quoted "$program"
        for argument in "$@"; do quoted "$argument"; done
        echo
    } >"$disk/virtual-board/command"
    megabytes=$(($(du -sm --apparent-size "$disk" | cut -f 1) * 5 / 4 + 96))
    mke2fs -q -F -t ext4 -O ^has_journal,^metadata_csum -m 0 -d "$disk" "$scratch/disk.image" "${megabytes}M" \
        >"$scratch/mke2fs.log" 2>&1 || broken "the disk could not be made: $(cat "$scratch/mke2fs.log")"
    rm -rf "$disk"
}
