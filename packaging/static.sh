#!/usr/bin/env bash
# Builds the program without any shared library, proves that it runs where there is nothing else, prints path and size.
#
# The target is named although it is the machine's own: only then does Cargo keep the flag from build scripts and macros,
# which must stay dynamic.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=$(rustc -vV | sed -n 's/^host: //p')
case $target in
  *-linux-gnu | *-linux-musl) ;;
  *) echo "a static program is built on Linux only, not on $target" >&2; exit 1 ;;
esac
RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static" cargo build --locked --release --target "$target"
folder=${CARGO_TARGET_DIR:-target}
# The dynamic program, where it is built, says the same.
dynamic=$folder/release/underpin
if [ ! -x "$dynamic" ]; then dynamic=; fi
packaging/prove-static.sh "$folder/$target/release/underpin" "$dynamic"
