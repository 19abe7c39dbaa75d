#!/bin/sh
# Fetches one package of another Debian release and unpacks it, without installing anything:
#     scripts/debian-package.sh SUITE PACKAGE FOLDER [ARCHITECTURE]
# The mirror is the one this machine's own apt uses (or DEBIAN_MIRROR), and apt checks the signatures as always. The last line
# printed is the package's version. What was fetched stays in .build/debian and is used again: remove that folder to look anew.
set -eu

complain() {
    echo "debian-package: $1" >&2
    exit "$2"
}

test $# = 3 || test $# = 4 || complain "usage: scripts/debian-package.sh SUITE PACKAGE FOLDER [ARCHITECTURE]" 64
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || complain "this is no Debian system: no apt-get, no dpkg-deb" 69
suite=$1
package=$2
folder=$3
architecture=${4:-$(dpkg --print-architecture)}

root=$(cd "$(dirname "$0")/.." && pwd)/.build/debian/$suite-$architecture
mkdir -p "$root/lists/partial" "$root/cache/archives/partial" "$root/packages" "$folder"

mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -E '/debian/?$' | head -n 1)}
test -n "$mirror" || complain "this machine's apt knows no Debian mirror; name one in DEBIAN_MIRROR" 69

keys=/usr/share/keyrings/debian-archive-keyring.gpg
if test -e "$keys"; then signed="[signed-by=$keys]"; else signed=""; fi
echo "deb $signed $mirror $suite main" >"$root/sources.list"
: >"$root/status"

private_apt() {
    apt-get --quiet=2 \
        -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Sandbox::User= \
        -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::Check-Valid-Until=false \
        -o Dir::Etc::SourceList="$root/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
        -o Dir::State::Status="$root/status" -o Dir::State::Lists="$root/lists" \
        -o Dir::Cache="$root/cache" -o Dir::Cache::Archives="$root/cache/archives" "$@"
}

found() { find "$root/packages" -name "${package}_*.deb" | head -n 1; }

# One at a time in one root: apt would refuse the second, and a build may well ask for two packages at once.
exec 9>"$root/lock"
flock 9
update() {
    # Without the switch apt calls an unreachable mirror a warning and goes on with nothing.
    private_apt -o APT::Update::Error-Mode=any update >&2 ||
        complain "the package list of $suite ($architecture) could not be fetched from $mirror" 69
    touch "$root/updated"
}
download() { (cd "$root/packages" && private_apt download "$package" >&2); }

if test -z "$(found)"; then
    test -e "$root/updated" || update
    # A list of yesterday may name a file that is no more.
    download || { update && download; } || complain "$package of $suite ($architecture) could not be fetched" 69
fi
archive=$(found)
test -n "$archive" || complain "$package of $suite ($architecture) was not among what was fetched" 69
dpkg-deb --extract "$archive" "$folder" || complain "$archive could not be unpacked" 74
dpkg-deb --field "$archive" Version
