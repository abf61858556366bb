#!/usr/bin/env bash
# Times a whole check against `rg -c .` over the documents that prepcheck reads, in turn, so that a
# drift of the machine's speed hits both alike.
#
#   benches/against_ripgrep.sh REPOSITORY [RUNS]
#
# Needs rg and the build that is distributed (cargo build --profile dist; PROGRAM names another).
# Prints medians in milliseconds and the ratio.
set -euo pipefail
repository=$(cd "${1:?a repository}" && pwd)
runs=${2:-9}
program=${PROGRAM:-$(cd "$(dirname "$0")/.." && pwd)/target/dist/prepcheck}
documents=$(mktemp)
trap 'rm -f "$documents"' EXIT
"$program" files "$repository" --format json |
  python3 -c 'import json, sys
root = sys.argv[1].encode()
for file in json.load(sys.stdin)["files"]:
    if file["kind"]:
        sys.stdout.buffer.write(root + b"/" + file["path"].encode() + b"\0")' "$repository" >"$documents"
python3 - "$program" "$repository" "$documents" "$runs" <<'PY'
import os, statistics, subprocess, sys, time
program, repository, documents, runs = sys.argv[1:4] + [int(sys.argv[4])]
ours = [program, repository, "--fail-on", "never", "--format", "json=/dev/null", "--format", "compact=/dev/null"]
theirs = ["xargs", "-0", "-a", documents, "rg", "-c", "."]
def time_of(command):
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000
times = {"prepcheck": [], "rg -c .": []}
for run in range(runs + 1):
    for name, command in (("prepcheck", ours), ("rg -c .", theirs)):
        taken = time_of(command)
        if run:
            times[name].append(taken)
count = open(documents, "rb").read().count(b"\0")
print(f"{count} documents, median of {runs}")
for name, list_ in times.items():
    print(f"{name:10} {statistics.median(list_):8.1f} ms ({min(list_):.1f} to {max(list_):.1f})")
ratios = [a / b for a, b in zip(*times.values())]
print(f"ratio      {statistics.median(ratios):8.2f}    ({min(ratios):.2f} to {max(ratios):.2f})")
PY
