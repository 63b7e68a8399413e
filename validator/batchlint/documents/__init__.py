"""The JSON documents that hold what providers accept: found, loaded, linked, checked."""
