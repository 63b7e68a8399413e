"""The schema finds, the rule speaks: from failed keywords to faults in our own words."""
