"""Looks at what `plateau demo` wrote: check-demo.py FOLDER SCREENSHOT."""

import csv
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

ALPHAS = 51
NETWORKS = ("pairs/fcn4", "pairs/fcn8")


def check(holds, what):
    if not holds:
        sys.exit("demo: " + what)


folder, screenshot = map(pathlib.Path, sys.argv[1:])
names = sorted(path.name for path in folder.iterdir())
check(names == ["curves.csv", "curves.json", "report.html"], "wrote %s" % names)

# curves.json: every curve whole, its ends as stored, and networks that have learned.
results = json.loads((folder / "curves.json").read_text())
check(tuple(result["pair"] for result in results) == NETWORKS, "curves.json holds other networks")
losses = {}
for result in results:
    pair = result["pair"]
    checks = [one["status"] for one in result["endChecks"]]
    check(checks == ["END_CHECK_STATUS_MATCHED"] * 4, "%s: the ends are %s" % (pair, checks))
    check([next(iter(c["scheme"])) for c in result["curves"]] == ["linear", "homogeneousBias"], pair + ": other schemes")
    for curve in result["curves"]:
        points = curve["points"]
        alphas = [point.get("alpha", 0.0) for point in points]
        check(len(points) == ALPHAS and alphas == sorted(alphas), pair + ": a curve is not whole")
        check((alphas[0], alphas[-1]) == (0.0, 1.0), pair + ": a curve lacks an end")
        check(all(math.isfinite(point["loss"]) for point in points), pair + ": a loss is not finite")
        check(all(point["samples"] == "10000" for point in points), pair + ": other samples")
        check(points[0]["error"] > 0.8, pair + ": the initialization knows something")
        check(points[-1].get("error", 0.0) < 0.05, pair + ": the network has not learned")
        check("summary" in curve, pair + ": no summary")
        for point, alpha in zip(points, alphas):
            losses[pair, len(losses) // ALPHAS % 2, alpha] = (point["loss"], point.get("error", 0.0))

# curves.csv: the same numbers, to the last digit.
with (folder / "curves.csv").open(newline="") as file:
    rows = list(csv.DictReader(file))
check(len(rows) == len(losses) == 2 * 2 * ALPHAS, "curves.csv has %d rows" % len(rows))
schemes = {"LINEAR": 0, "HOMOGENEOUS_BIAS": 1}
for row in rows:
    key = row["pair"], schemes[row["scheme"]], float(row["alpha"])
    check((float(row["loss"]), float(row["error"])) == losses[key], "curves.csv and curves.json differ at %s" % (key,))

# report.html: one file that asks for nothing, which a browser draws without a complaint.
page = (folder / "report.html").read_text()
outside = re.findall(r"""(?:src|href)=["']?(?!#|data:)[^"'> ]+|url\((?!["']?(?:#|data:))[^)]*\)|@import[^;]*""", page)
check(not outside, "report.html refers to %s" % outside[:3])
check("Content-Security-Policy" in page, "report.html has no content security policy")
with tempfile.TemporaryDirectory() as profile:
    chromium = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + profile,
        "--virtual-time-budget=5000",
        "--enable-logging=stderr",
        "--window-size=1200,4000",
        "--screenshot=%s" % screenshot.resolve(),
        (folder / "report.html").resolve().as_uri(),
    ]
    drawn = subprocess.run(chromium, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
check(drawn.returncode == 0 and screenshot.stat().st_size > 20_000, "chromium drew nothing: " + drawn.stderr[-2000:])
complaints = [line for line in drawn.stderr.splitlines() if "CONSOLE" in line]
check(not complaints, "chromium complains about report.html: %s" % complaints[:3])
check(page.count("<svg") >= 4, "report.html has %d figures" % page.count("<svg"))
print("demo: report.html, curves.csv and curves.json are whole and agree")
