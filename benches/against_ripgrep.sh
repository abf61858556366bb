#!/usr/bin/env bash
# Times a whole check against `rg -c .` over the documents that prepcheck reads, in turn, so that a
# drift of the machine's speed hits both alike.
#
#   benches/against_ripgrep.sh REPOSITORY [RUNS] [ARGUMENT...]
#
# Each ARGUMENT is given to prepcheck, such as --policy FILE --as-of DATE. Needs rg and the build
# that is distributed (cargo build --profile dist; PROGRAM names another).
#
# - "anew" reads everything, as the first run in a repository does: --no-cache.
# - "again" is a run after another one, with nothing changed in between.
#
# Prints medians of wall time and processor time in milliseconds, peaks of memory in megabytes, and
# the ratios to rg.
set -euo pipefail
repository=$(cd "${1:?a repository}" && pwd)
runs=${2:-9}
shift $(($# < 2 ? $# : 2))
program=${PROGRAM:-$(cd "$(dirname "$0")/.." && pwd)/target/dist/prepcheck}
documents=$(mktemp)
PREPCHECK_CACHE_DIR=$(mktemp -d)
export PREPCHECK_CACHE_DIR
trap 'rm -rf "$documents" "$PREPCHECK_CACHE_DIR"' EXIT
"$program" files "$repository" --format json |
  python3 -c 'import json, sys
root = sys.argv[1].encode()
for file in json.load(sys.stdin)["files"]:
    if file["kind"]:
        sys.stdout.buffer.write(root + b"/" + file["path"].encode() + b"\0")' "$repository" >"$documents"
python3 - "$program" "$repository" "$documents" "$runs" "$@" <<'PY'
import os, statistics, subprocess, sys, time
program, repository, documents, runs, *arguments = sys.argv[1:]
ours = [program, "check", repository, "--fail-on", "never", "--format", "json=/dev/null", "--format", "compact=/dev/null"] + arguments
commands = {
    "anew": ours + ["--no-cache"],
    "again": ours,
    "rg -c .": ["xargs", "-0", "-a", documents, "rg", "-c", "."],
}
def measure(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 123):
        sys.exit(f"exit code {process.returncode}: {' '.join(command)}")
    wall = (time.perf_counter() - start) * 1000
    return wall, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024
taken = {name: [] for name in commands}
for run in range(int(runs) + 1):
    for name, command in commands.items():
        measured = measure(command)
        if run:
            taken[name].append(measured)
count = open(documents, "rb").read().count(b"\0")
print(f"{count} documents, median of {runs}")
def median(name, part):
    return statistics.median(run[part] for run in taken[name])
for name in commands:
    wall, used, memory = (median(name, part) for part in range(3))
    print(f"{name:8} {wall:8.1f} ms wall {used:8.1f} ms processor {memory:7.1f} MB")
for name in ("anew", "again"):
    walls = [ours[0] / theirs[0] for ours, theirs in zip(taken[name], taken["rg -c ."])]
    used = median(name, 1) / median("rg -c .", 1)
    print(f"{name:8} {statistics.median(walls):.2f} x wall ({min(walls):.2f} to {max(walls):.2f}), {used:.2f} x processor")
PY
