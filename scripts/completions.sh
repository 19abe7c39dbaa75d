#!/bin/sh
# Writes what shells complete the programs' command lines with, named and placed as Debian wants them below /usr/share:
#     scripts/completions.sh FOLDER PROGRAM…     e.g. .build/stripped/share .build/debug/gatewayd .build/debug/gatewayctl
set -eu
test $# -ge 2 || {
    echo "usage: scripts/completions.sh FOLDER PROGRAM…" >&2
    exit 64
}
folder=$1
shift
mkdir -p "$folder/bash-completion/completions" "$folder/zsh/vendor-completions" "$folder/fish/vendor_completions.d"
for program in "$@"; do
    name=$(basename "$program")
    "$program" --generate-completion-script bash >"$folder/bash-completion/completions/$name"
    "$program" --generate-completion-script zsh >"$folder/zsh/vendor-completions/_$name"
    "$program" --generate-completion-script fish >"$folder/fish/vendor_completions.d/$name.fish"
done
