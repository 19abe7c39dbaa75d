#!/bin/sh
# Installs what building and trying gatewayd needs and is not here yet, on Debian and its relatives. Quiet when nothing is missing.
set -eu

packages="
    libgpiod-dev libmodbus-dev libmosquitto-dev libsqlite3-dev libyaml-dev libssl-dev zlib1g-dev pkg-config gcc libc6-dev
    mosquitto mosquitto-clients openssl groff-base socat tmux mbpoll
    python3-pymodbus python3-paho-mqtt python3-pytest python3-pytest-xdist python3-serial python3-serial-asyncio
    python3-jsonschema python3-yaml python3-prometheus-client tshark zsh fish
"

is_installed() {
    test "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed
}

command -v dpkg-query >/dev/null || {
    echo "install-dependencies: this is no Debian system; install what matches:" $packages >&2
    exit 69
}

missing=""
for package in $packages; do
    is_installed "$package" || missing="$missing $package"
done
test -n "$missing" || exit 0

if test "$(id -u)" = 0; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo"
elif command -v sudo >/dev/null && test -t 0; then
    as_root="sudo"
    echo "install-dependencies: sudo may ask for your password, to install:$missing"
else
    echo "install-dependencies: missing, and neither root nor sudo at hand. As root:" >&2
    echo "    apt-get install --yes --no-install-recommends$missing" >&2
    exit 77
fi

echo "install-dependencies: installing$missing"
# The broker is only started by tests and by the demonstration, on a port of its own: no service is wanted here.
policy=/usr/sbin/policy-rc.d
if ! test -e "$policy"; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
    trap '$as_root rm -f "$policy"' EXIT
fi
$as_root apt-get update --quiet=2
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends $missing
