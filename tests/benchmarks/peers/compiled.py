"""Peer: orjson and jsonschema-rs, with exit status 1 if a line is at fault."""

import sys

import jsonschema_rs
import orjson

_, schema, path = sys.argv
with open(schema, "rb") as file:
    validator = jsonschema_rs.validator_for(orjson.loads(file.read()))
bad = 0
with open(path, "rb") as file:
    for line in file:
        bad += not validator.is_valid(orjson.loads(line))
sys.exit(bad > 0)
