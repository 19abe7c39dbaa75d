#!/bin/sh
# Runs in the virtual board: starts the smoke program given as argument, pulls its line up once it waits, hands its code on.
mkfifo /tmp/words
"$1" "$GATEWAYD_TEST_GPIO_CHIP" >/tmp/words &
program=$!
while read -r words; do
    echo "$words"
    case $words in waiting*) echo pull-up >"$GATEWAYD_TEST_GPIO_SIM/sim_gpio3/pull" ;; esac
done </tmp/words
wait $program
