"""Peer: json and jsonschema on the first lines of a file, 0 for all; prints the seconds of its loop.

The exit status is 1 if a line is at fault.
"""

import itertools
import json
import sys
import time

from jsonschema import Draft202012Validator

_, schema, path, count = sys.argv
with open(schema, "rb") as file:
    validator = Draft202012Validator(json.load(file))
bad = 0
start = time.perf_counter()
with open(path, "rb") as file:
    for line in itertools.islice(file, int(count) or None):
        bad += any(True for _ in validator.iter_errors(json.loads(line)))
print(time.perf_counter() - start)
sys.exit(bad > 0)
