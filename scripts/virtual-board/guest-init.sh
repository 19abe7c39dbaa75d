#!/bin/busybox sh
# The first process of the virtual board: loads the modules, makes the simulated GPIO chips, runs the program of the second disk
# and says on the console that it started and how it ended. The console is for these words, the program has a port of its own.
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /board
/bin/busybox mount -t proc none /proc
/bin/busybox mount -t sysfs none /sys
/bin/busybox mount -t devtmpfs none /dev
exec </dev/null >/dev/console 2>&1
/bin/busybox --install -s /bin

finish() {
    echo
    echo "virtual-board: $1"
    sync
    poweroff -f
}

# Doubt ends the run: a board that is only half there would fail tests for reasons of its own.
must() { "$@" || finish "broken: $*"; }

write() { echo "$1" >"$2" || finish "broken: could not write '$1' into $2"; }

# bank DEVICE BANK LABEL LINES
bank() {
    folder=/sys/kernel/config/gpio-sim/$1/$2
    must mkdir -p "$folder"
    write "$3" "$folder/label"
    write "$4" "$folder/num_lines"
}

# line DEVICE BANK OFFSET NAME
line() {
    folder=/sys/kernel/config/gpio-sim/$1/$2/line$3
    must mkdir -p "$folder"
    write "$4" "$folder/name"
}

# Some only make others faster and refuse a processor that lacks what they use; what is really missing shows below.
while read -r module; do insmod "/modules/$module"; done </modules/order
must mount -t configfs none /sys/kernel/config

# The chip of the tests: an ordinary name per line, and the names that make trouble.
bank test bank0 gatewayd-test 16
offset=0
while test $offset -lt 16; do
    case $offset in
    13) line test bank0 13 "cover switch" ;;
    14 | 15) line test bank0 $offset "twice" ;;
    *) line test bank0 $offset "GPIO$offset" ;;
    esac
    offset=$((offset + 1))
done
must mkdir /sys/kernel/config/gpio-sim/test/bank0/line12/hog
write somebody /sys/kernel/config/gpio-sim/test/bank0/line12/hog/name
write output-high /sys/kernel/config/gpio-sim/test/bank0/line12/hog/direction
write 1 /sys/kernel/config/gpio-sim/test/live

# A chip that must not be taken for it, and two that share one label.
bank other bank0 gatewayd-other 4
line other bank0 0 "GPIO0"
write 1 /sys/kernel/config/gpio-sim/other/live
for twin in first second; do
    bank $twin bank0 gatewayd-twin 2
    write 1 /sys/kernel/config/gpio-sim/$twin/live
done

device=$(cat /sys/kernel/config/gpio-sim/test/dev_name)
chip=$(cat /sys/kernel/config/gpio-sim/test/bank0/chip_name)
GATEWAYD_TEST_GPIO_CHIP=gatewayd-test
GATEWAYD_TEST_GPIO_SIM=/sys/devices/platform/$device/$chip
export GATEWAYD_TEST_GPIO_CHIP GATEWAYD_TEST_GPIO_SIM
must test -d "$GATEWAYD_TEST_GPIO_SIM/sim_gpio0"
must test -c "/dev/$chip"

# The disk and the port are found a moment after their drivers.
tries=0
port=""
until test -b /dev/vda && test -n "$port"; do
    for candidate in /dev/vport*p*; do test -c "$candidate" && port=$candidate; done
    tries=$((tries + 1))
    test $tries -lt 600 || finish "broken: no disk or no port for the program"
    usleep 50000
done
must mount -t ext4 /dev/vda /board
for folder in proc sys dev; do must mount --bind "/$folder" "/board/$folder"; done
must mount -t configfs none /board/sys/kernel/config

echo
echo "virtual-board: started, kernel $(uname -r)"
chroot /board /bin/sh /virtual-board/command >"$port" 2>&1
finish "ended with $?"
