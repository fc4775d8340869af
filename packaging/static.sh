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
# Users and hosts are looked up by shared libraries that glibc loads at run time: a static program must not ask. The standard
# library links the look-up of hosts whether or not anybody calls it, so that the run below has to show that nobody does.
if nm "$program" | grep -E ' get(pw|gr)(nam|uid|gid)(_r)?$'; then
  echo 'the program looks up users through glibc' >&2
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

# A host is looked up by the program's own resolver: glibc's would read nsswitch.conf first. Nobody is asked, since names below
# `invalid` never exist (RFC 6761).
if [ "$(id -u)" -eq 0 ] && command -v strace >/dev/null && [ -e /etc/ssl/certs/ca-certificates.crt ]; then
  mkdir -p "$empty/dev" "$empty/etc/ssl/certs"
  mknod -m 666 "$empty/dev/urandom" c 1 9
  mknod -m 666 "$empty/dev/random" c 1 8
  cp /etc/ssl/certs/ca-certificates.crt "$empty/etc/ssl/certs/"
  echo 'nameserver 127.0.0.1' >"$empty/etc/resolv.conf"
  strace -f -o "$empty/trace" -e trace=open,openat "${inside[@]}" \
    catalog update https://underpin.invalid/manifest.json --timeout 5 2>"$empty/refused" && exit 1
  grep -q 'cannot fetch https://underpin.invalid' "$empty/refused" || { cat "$empty/refused" >&2; exit 1; }
  grep -q '"/etc/resolv.conf"' "$empty/trace" || { echo 'the resolver did not read resolv.conf' >&2; exit 1; }
  if grep nsswitch "$empty/trace"; then echo 'the program looks up hosts through glibc' >&2; exit 1; fi
fi

# The dynamic program, where it is built, says the same.
if [ -x "$folder/release/underpin" ]; then
  "${inside[@]}" scan /tree --format purls >"$empty/static.purls"
  "$folder/release/underpin" scan "$empty/tree" --format purls | cmp - "$empty/static.purls"
fi
printf '%s  %s bytes\n' "$program" "$(stat -c %s "$program")"
