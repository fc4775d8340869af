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
program=$folder/$target/release/underpin

# `file` calls it "statically linked" or "static-pie linked"; a program interpreter would betray a shared library.
file --brief "$program" | grep -qE 'statically linked|static-pie linked' || { file "$program" >&2; exit 1; }
# Users and hosts are looked up by shared libraries that glibc loads at run time: a static program must not ask.
if nm "$program" | grep -E ' (getaddrinfo|getnameinfo|gethostby\w+|get(pw|gr)(nam|uid|gid)(_r)?)$'; then
  echo 'the program looks up users or hosts through glibc' >&2
  exit 1
fi

# A root file system that holds the program, and a small system to look at.
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
mkdir -p "$empty/tree/etc" "$empty/tree/srv/app"
cp "$program" "$empty/underpin"
printf 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >"$empty/tree/etc/os-release"
cp Cargo.lock "$empty/tree/srv/app/"

if [ "$(id -u)" -eq 0 ]; then inside=(chroot "$empty" /underpin); else inside=(unshare --user --map-root-user chroot "$empty" /underpin); fi
"${inside[@]}" --version
"${inside[@]}" scan /tree --format purls | grep -q '^pkg:cargo/serde@' || { echo 'no package found in the small tree' >&2; exit 1; }
"${inside[@]}" report /tree --quiet >"$empty/report"
grep -q 'Debian' "$empty/report" || { echo 'the report of the small tree does not name its system' >&2; cat "$empty/report" >&2; exit 1; }

# The dynamic program, where it is built, says the same.
if [ -x "$folder/release/underpin" ]; then
  "${inside[@]}" scan /tree --format purls >"$empty/static.purls"
  "$folder/release/underpin" scan "$empty/tree" --format purls | cmp - "$empty/static.purls"
fi
printf '%s  %s bytes\n' "$program" "$(stat -c %s "$program")"
