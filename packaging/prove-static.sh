#!/usr/bin/env bash
# Proves of a built program that it needs nothing beside it, and that it says what the dynamic build of it says.
#
#   packaging/prove-static.sh PROGRAM [DYNAMIC]
#
# packaging/static.sh runs it with what it built. Both programs must be of one state of the sources.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=$1
dynamic=${2:-}
# What one program found must not be what the other remembers.
export UNDERPIN_NO_CACHE=1

fail() { printf '%s\n' "$*" >&2; exit 1; }

# `file` calls it "statically linked" or "static-pie linked"; the headers say the same of what would be loaded at its start.
file --brief "$program" | grep -qE 'statically linked|static-pie linked' || fail "$(file "$program")"
if readelf --wide --program-headers "$program" | grep INTERP; then fail 'the program has an interpreter'; fi
if readelf --wide --dynamic "$program" | grep NEEDED; then fail 'the program needs a shared library'; fi
# Users and hosts are looked up by shared libraries that glibc loads at run time: a static program must not ask. The standard
# library links the look-up of hosts whether or not anybody calls it, so that the run below has to show that nobody does.
if nm "$program" | grep -E ' get(pw|gr)(nam|uid|gid)(_r)?$'; then fail 'the program looks up users through glibc'; fi

# A root file system that holds the program, and a small system to look at.
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
mkdir -p "$empty/tree/etc" "$empty/tree/srv/app"
cp "$program" "$empty/underpin"
printf 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >"$empty/tree/etc/os-release"
cp Cargo.lock "$empty/tree/srv/app/"

if [ "$(id -u)" -eq 0 ]; then inside=(chroot "$empty" /underpin); else inside=(unshare --user --map-root-user chroot "$empty" /underpin); fi
"${inside[@]}" --version
"${inside[@]}" scan /tree --format purls | grep -q '^pkg:cargo/serde@' || fail 'no package found in the small tree'
"${inside[@]}" report /tree --quiet >"$empty/report"
grep -q 'Debian' "$empty/report" || { cat "$empty/report" >&2; fail 'the report of the small tree does not name its system'; }
# The root itself, without /proc, /dev and a temporary folder.
"${inside[@]}" report / --format json >"$empty/report" 2>"$empty/said" || { cat "$empty/said" >&2; fail 'no report of an empty root'; }
grep -q '"underpin.report/1"' "$empty/report" || fail 'the report of an empty root is none'

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
  grep -q '"/etc/resolv.conf"' "$empty/trace" || fail 'the resolver did not read resolv.conf'
  if grep nsswitch "$empty/trace"; then fail 'the program looks up hosts through glibc'; fi
fi

# The dynamic program says the same, byte for byte: of the small tree, and of all that is installed here.
if [ -n "$dynamic" ]; then
  file --brief "$dynamic" | grep -q 'dynamically linked' || fail "not a dynamic program: $dynamic"
  same() {
    "$program" "$@" --quiet >"$empty/of-static"
    "$dynamic" "$@" --quiet >"$empty/of-dynamic"
    cmp "$empty/of-static" "$empty/of-dynamic"
    printf 'the same %s bytes: %s\n' "$(stat -c %s "$empty/of-static")" "$*"
  }
  for folder in "$empty/tree" /usr; do
    same scan "$folder" --format json
    same report "$folder" --format json --as-of 2026-06-01
  done
fi
printf '%s  %s bytes\n' "$program" "$(stat -c %s "$program")"
