#!/usr/bin/env bash
# Makes the Debian and the RPM package of the release program, in target/debian and target/generate-rpm.
#
#   packaging/packages.sh             builds the program first
#   packaging/packages.sh PROGRAM     packs a program that is there
#
# Needs cargo-deb and cargo-generate-rpm: cargo install --locked cargo-deb cargo-generate-rpm
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset CARGO_TARGET_DIR # the paths in Cargo.toml are below target/

program=target/release/underpin
if [ $# -eq 0 ]; then
  cargo build --locked --release
elif ! [ "$1" -ef $program ]; then
  install -D -m 755 "$1" $program
fi

files=target/package-files
mkdir -p $files
$program man >$files/underpin.1
$program completions bash >$files/underpin.bash
$program completions zsh >$files/_underpin
$program completions fish >$files/underpin.fish

cargo deb --locked --no-build --no-strip
cargo generate-rpm --payload-compress zstd
ls -l target/debian/*.deb target/generate-rpm/*.rpm
