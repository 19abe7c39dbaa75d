#!/bin/sh
# Runs in the virtual board: the daemon with contacts and outputs on real lines, and the technician's tool beside it.
#     daemon-guest.sh GATEWAYD GATEWAYCTL
# Ends with 0 when everything is as it should be; says what is not.
set -u
gatewayd=$1
gatewayctl=$2
sim=$GATEWAYD_TEST_GPIO_SIM
folder=/tmp/gateway
mkdir -p "$folder"
cat >"$folder/gateway.yaml" <<'YAML'
schema: 1
gateway: {id: gw-board}
store: {path: ./store, max_size: 16 MiB, commit_interval: 100 ms}
diagnostics: {socket: ./s}
buses:
  box:  {kind: gpio, chip: gatewayd-test}
  side: {kind: gpio, chip: gatewayd-other}
  gone: {kind: gpio, chip: no-such-chip}
covers:
  - code: "3205820102048188"
    scheme: component16
    sensors:
      lid:   {bus: box, line: GPIO1, quantity: cover-open, active: low, debounce: 20 ms}
      float: {bus: box, line: cover switch, quantity: water-float}
      door:  {bus: box, line: 12, quantity: door-tamper}
      mains: {bus: gone, line: 0, quantity: mains}
alarms:
  rules:
    - {id: lid-open, when: {quantity: cover-open, above: 1, clear_below: 0.5}, severity: 3}
outputs:
  siren: {bus: box, line: GPIO3}
  lamp:  {bus: side, line: 2, fail_safe: false}
YAML

failed=0
ask() { "$gatewayctl" --socket "$folder/s" "$@" 2>&1; }

# soon SECONDS WHAT COMMAND…: until the command succeeds.
soon() {
    left=$(($1 * 10))
    what=$2
    shift 2
    until "$@"; do
        left=$((left - 1))
        if test "$left" -le 0; then
            echo "NOT AS IT SHOULD BE: $what"
            failed=1
            return 0
        fi
        sleep 0.1
    done
    echo "as it should be: $what"
}

# shows VERB PATTERN: whether the verb's output has a line like that.
shows() { ask "$1" | grep -q "$2"; }
# reads LINE LEVEL: whether the simulator's line has that level.
reads() { grep -q "^$2" "$sim/sim_gpio$1/value"; }
answers() { ask status | grep -q gw-board; }
has_ended() { ! kill -0 "$daemon" 2>/dev/null; }

echo pull-up >"$sim/sim_gpio1/pull"
echo pull-down >"$sim/sim_gpio13/pull"
"$gatewayd" run --config "$folder/gateway.yaml" 2>"$folder/log" &
daemon=$!
soon 30 "the daemon answers" answers
soon 10 "a lid switch at rest reads 0" shows sensors "/lid/state .* 0 .*good"
soon 10 "a fail-safe siren is energised while all is well" reads 3 1
soon 10 "gpio says so" shows gpio "^siren .* quiet *energised *confirmed"
echo pull-down >"$sim/sim_gpio1/pull"
soon 10 "the opened lid reads 1" shows sensors "/lid/state .* 1 .*good"
soon 10 "the fail-safe siren is let go on the alarm" reads 3 0
soon 10 "gpio says that the lamp is to be lit and is" shows gpio "^lamp .* sound *energised *confirmed"
echo pull-up >"$sim/sim_gpio1/pull"
soon 10 "the closed lid reads 0 again" shows sensors "/lid/state .* 0 .*good"
soon 10 "the siren is energised again" reads 3 1
echo 0 >/sys/kernel/config/gpio-sim/other/live
soon 20 "a chip that is lost is a problem of its output" shows status "output lamp: .*chip gatewayd-other"
echo 1 >/sys/kernel/config/gpio-sim/other/live
soon 40 "the output has its line again when the chip is back" shows gpio "^lamp .* quiet *not energised *confirmed"
echo pull-up >"$sim/sim_gpio13/pull"
soon 10 "a line with a space in its name reads 1" shows sensors "/float/state .* 1 .*good"
soon 10 "a line that is taken names its holder" shows sensors "/door/state .*disconnected.*taken by somebody"
soon 10 "a chip that is not there says so" shows sensors "/mains/state .*disconnected.*no-such-chip"
soon 10 "gpio names our holder at our line" shows gpio "GPIO1 .*input .*gatewayd .*not active .*/lid"
soon 10 "gpio names the other holder" shows gpio "GPIO12 .*somebody"
ask gpio
ask sensors
kill -TERM "$daemon"
soon 10 "the daemon ends when it is told to" has_ended
wait "$daemon"
code=$?
soon 1 "the siren's line is without power at the end" reads 3 0
test "$code" = 0 || { echo "NOT AS IT SHOULD BE: the daemon ended with $code"; failed=1; }
test "$failed" = 0 || cat "$folder/log"
exit "$failed"
