#!/bin/sh
# A board without hardware: a Debian kernel with simulated GPIO chips under QEMU, in which one program runs.
#     scripts/virtual-board.sh run [OPTIONS] PROGRAM [ARGUMENTS…]    runs it there; ends with the program's exit code
#     scripts/virtual-board.sh smoke [OPTIONS]                       shows that chips and edges work, with both libgpiod versions
#     scripts/virtual-board.sh prepare                               only fetches what is missing
# Options: --libgpiod 1|2             the libgpiod of Debian 12 or 13 instead of this machine's
#          --with FILE|FOLDER         takes it along, at the same path (may be given again)
#          --environment NAME=VALUE   sets it for the program (may be given again)
#          --time-out SECONDS         for the program, 300 unless given
#          --acceleration kvm|tcg     instead of the best one that works
# Other exit codes: 64 wrong usage, 70 the board is broken, 75 COULD NOT RUN (something could not be fetched or installed),
# 124 the program took too long. Each comes with a last line "virtual-board: …" on the standard error.
# docs/virtual-board.md tells the rest.
set -eu
PATH=$PATH:/usr/sbin:/sbin

say() { echo "virtual-board: $1" >&2; }
refuse() { say "$1"; exit 64; }
broken() { say "BROKEN: $1"; exit 70; }
could_not_run() { say "COULD NOT RUN: $1"; exit 75; }

root=$(cd "$(dirname "$0")/.." && pwd)
store=$root/.build/virtual-board
boot_seconds=120
. "$root/scripts/virtual-board/parts.sh"
. "$root/scripts/virtual-board/kernel.sh"
. "$root/scripts/virtual-board/image.sh"

clean_up() {
    test -z "${machine_process:-}" || kill -KILL "$machine_process" 2>/dev/null || true
    test -z "${scratch:-}" || rm -rf "$scratch"
}

# console_word BEGINNING: the guest's last word of this kind on the console.
console_word() { sed -n "s/^virtual-board: \($1.*\)/\1/p" "$scratch/console" | tr -d '\r' | tail -n 1; }

show_console() {
    say "the last lines of the console:"
    tail -n 30 "$scratch/console" >&2
}

# boot ACCELERATION SECONDS: runs the guest to its end. 0: the program ended, its code is in $code. 1: it never started.
boot() {
    # One processor only in emulation: a kernel that patches its own code while a second one runs it came to grief in QEMU 7.2.
    if test "$1" = kvm; then processor=$kvm_processor processors=2; else processor=$software_processor processors=1; fi
    : >"$scratch/console"
    : >"$scratch/output"
    "$qemu" -nodefaults -no-user-config -display none -no-reboot -M "$machine" -accel "$1" -cpu "$processor" \
        -smp "$processors" -m 1024 \
        -kernel "$vmlinuz" -initrd "$initial" \
        -append "console=$console loglevel=4 panic=-1 nokaslr mitigations=off random.trust_cpu=on rdinit=/init" \
        -serial "file:$scratch/console" \
        -drive "if=none,id=disk,format=raw,cache=unsafe,file=$scratch/disk.image" -device virtio-blk-pci,drive=disk \
        -device virtio-serial-pci -chardev "file,id=port,path=$scratch/output" -device virtserialport,chardev=port \
        </dev/null >"$scratch/qemu.log" 2>&1 &
    machine_process=$!
    tail -f -s 0.1 -n +1 --pid="$machine_process" "$scratch/output" &
    follower=$!
    began=$(date +%s)
    started=""
    reason=""
    while kill -0 "$machine_process" 2>/dev/null; do
        now=$(date +%s)
        if test -z "$started" && test -n "$(console_word started)"; then
            started=$now
            say "$(console_word started), $1, after $((now - began)) s"
        fi
        # A QEMU whose KVM gives up does not end but stands still.
        if grep -q "KVM internal error" "$scratch/qemu.log"; then reason="KVM cannot run this guest here"; fi
        if test -z "$started" && test $((now - began)) -ge "$2"; then reason="the guest did not start within $2 s"; fi
        if test -n "$started" && test $((now - started)) -ge "$time_out"; then
            reason="the program took longer than $time_out s"
        fi
        test -z "$reason" || kill -KILL "$machine_process" 2>/dev/null || true
        test -z "$reason" || break
        sleep 0.1
    done
    wait "$machine_process" 2>/dev/null || true
    machine_process=""
    wait "$follower" 2>/dev/null || true
    code=$(console_word "ended with " | tr -dc 0-9)
    test -z "$code" || return 0
    if test -n "$(console_word started)"; then
        show_console
        test -z "$reason" || { say "TOO LONG: $reason"; exit 124; }
        broken "the guest ended in the middle of the program"
    fi
    test -n "$reason" || reason="the guest ended before it started: $(console_word broken) $(cat "$scratch/qemu.log")"
    return 1
}

run_program() {
    make_image "$@"
    flock -u 8
    # A machine may have /dev/kvm and not be able to use it. That is found out once, for as long as the machine is up.
    refusal=$store/no-kvm-$kernel-$(cat /proc/sys/kernel/random/boot_id)
    case $acceleration in
    "") if test -w /dev/kvm && ! test -e "$refusal"; then attempts="kvm tcg"; else attempts=tcg; fi ;;
    *) attempts=$acceleration ;;
    esac
    for attempt in $attempts; do
        limit=$boot_seconds
        test "$attempts" != "kvm tcg" || test "$attempt" != kvm || limit=20
        if boot "$attempt" "$limit"; then return 0; fi
        say "$attempt: $reason"
        test "$limit" = "$boot_seconds" || : >"$refusal"
    done
    show_console
    broken "$reason"
}

prepare() {
    install_tools
    fetch_kernel
    make_initial_file_system
}

code=0 libgpiod="" acceleration="" time_out=300
test $# -gt 0 || refuse "usage: scripts/virtual-board.sh run PROGRAM [ARGUMENTS…] | smoke | prepare"
verb=$1
shift
mkdir -p "$store"
scratch=$(mktemp -d "$store/run.XXXXXX")
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP PIPE
: >"$scratch/extras"
: >"$scratch/settings"
while test $# -gt 0; do
    case $1 in
    --libgpiod | --with | --environment | --time-out | --acceleration) test $# -gt 1 || refuse "$1 needs a value" ;;
    --) shift; break ;;
    --*) refuse "unknown option $1" ;;
    *) break ;;
    esac
    case $1=$2 in
    --libgpiod=1 | --libgpiod=2) libgpiod=$2 ;;
    --with=*) test -e "$2" && realpath -s "$2" >>"$scratch/extras" || refuse "there is no $2" ;;
    --environment=*=*) echo "$2" >>"$scratch/settings" ;;
    --time-out=*[!0-9]* | --time-out=) refuse "--time-out takes whole seconds, not '$2'" ;;
    --time-out=*) time_out=$2 ;;
    --acceleration=kvm | --acceleration=tcg) acceleration=$2 ;;
    *) refuse "$1 cannot be '$2'" ;;
    esac
    shift 2
done

command -v apt-get >/dev/null && command -v dpkg >/dev/null || could_not_run "this is no Debian system"
architecture=$(dpkg --print-architecture)
describe_machine
# Two runs at once would fetch into each other's folders; the guests themselves may run side by side.
exec 8>"$store/lock"
flock 8
case $verb in
prepare) for suite in bookworm trixie-backports; do prepare; done ;;
smoke)
    . "$root/scripts/virtual-board/smoke.sh"
    run_smoke
    ;;
run)
    test $# -gt 0 || refuse "run needs a program"
    program=$(command -v "$1") && test -x "$program" || refuse "$1 is no program that can be run"
    program=$(realpath -s "$program")
    shift
    choose_kernel
    prepare
    test -z "$libgpiod" || fetch_libgpiod
    run_program "$@"
    ;;
*) refuse "unknown verb $verb" ;;
esac
exit "$code"
