#!/usr/bin/env bash
# Times what history adds to a check against `git log` over the same paths, in turn, so that a
# drift of the machine's speed hits both alike.
#
#   benches/against_git_log.sh REPOSITORY DATE RUNS PATHSPEC...
#
# DATE is the day to judge by, such as that of the newest commit; each PATHSPEC is one of git's and
# names folders where documents lie, such as ops and ':(glob)services/*/ops/**'.
# Needs git and the build that is distributed (cargo build --profile dist; PROGRAM names another).
#
# - "12 months" is a check by the policy `team` less the same without the rules on history, against
#   `git log --since` 12 months ago. It includes the rules, and reading the versions of post-mortems.
# - "everything" is `prepcheck history` less the same, against `git log` without a limit.
#
# Prints medians of wall time and processor time in milliseconds, peaks of memory in megabytes, and
# the ratios of what prepcheck adds to git. Memory is that of the whole run, documents and all.
set -euo pipefail
repository=$(cd "${1:?a repository}" && pwd)
date=${2:?a date}
runs=${3:?a number of runs}
shift 3
program=${PROGRAM:-$(cd "$(dirname "$0")/.." && pwd)/target/dist/prepcheck}
policy=$(mktemp)
# Nothing can be kept below a file, so that every run reads all documents.
export PREPCHECK_CACHE_DIR=$policy/none
trap 'rm -f "$policy"' EXIT
cat >"$policy" <<'YAML'
extends: team
rules:
  history/not-assessed: off
  postmortems/dropped-action: off
  postmortems/late: off
  postmortems/missing-for-revert: off
  postmortems/slipped-due-date: off
  runbooks/stale: off
YAML
python3 - "$program" "$repository" "$policy" "$date" "$runs" "$@" <<'PY'
import datetime, os, statistics, subprocess, sys, time
program, repository, policy, date, runs, *paths = sys.argv[1:]
since = datetime.date.fromisoformat(date) - datetime.timedelta(days=365)
judge = [program, "check", repository, "--as-of", date, "--fail-on", "never", "--format", "json=/dev/null", "--format", "compact=/dev/null"]
log = ["git", "-C", repository, "log", "--format=%ct", "--name-only"]
commands = {
    "check, no history": judge + ["--policy", policy],
    "check, 12 months": judge + ["--policy", "team"],
    "git log, 12 months": log + [f"--since={since}", "--"] + paths,
    "history, everything": [program, "history", "--as-of", date],
    "git log, everything": log + ["--"] + paths,
}
def measure(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=repository, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit code {process.returncode}: {' '.join(command)}")
    wall = (time.perf_counter() - start) * 1000
    return wall, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024
taken = {name: [] for name in commands}
for run in range(int(runs) + 1):
    for name, command in commands.items():
        measured = measure(command)
        if run:
            taken[name].append(measured)
print(f"{'median of ' + runs:20} {'wall':>8} {'processor':>10} {'memory':>8}")
for name, list_ in taken.items():
    wall, processor, memory = (statistics.median(column) for column in zip(*list_))
    print(f"{name:20} {wall:8.0f} {processor:10.0f} {memory:8.0f}")
for span, ours in (("12 months", "check"), ("everything", "history")):
    rounds = zip(taken[f"{ours}, {span}"], taken["check, no history"], taken[f"git log, {span}"])
    ratios = [[(a - b) / c for a, b, c in zip(*round_)] for round_ in rounds]
    wall, processor, _ = (statistics.median(column) for column in zip(*ratios))
    print(f"{'ratio, ' + span:20} {wall:8.2f} {processor:10.2f}")
PY
