#!/bin/sh
# One weekly look at this host, as underpin.service runs it: keeps the scan and the report, prints what changed since last time.
#
# Nothing changed: nothing is printed. The first time there is nothing to compare with, which is said in one line.
set -eu

program=${UNDERPIN:-/usr/bin/underpin}
kept=${STATE_DIRECTORY:-/var/lib/underpin/weekly}
umask 077
cd "$kept"

# Exit code 4: a signal came. What was found is partial, and comparing it would call the rest gone.
"$program" scan / --low-priority --quiet --output scan.json

if [ -e report.json ]; then
  "$program" report scan.json --low-priority --quiet --since report.json --changes-only --format table --output report.new.json
else
  "$program" report scan.json --low-priority --quiet --output report.new.json
  echo "the first report of this host is kept in $kept; from the next on, what changed is printed here"
fi
# Only now: a run that failed is compared with the same state again.
mv report.new.json report.json
