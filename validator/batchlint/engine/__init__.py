"""From lines to findings: judging a line, what holds across lines, and where each fault stands."""
