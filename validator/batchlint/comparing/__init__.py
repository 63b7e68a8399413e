"""What two contracts have in common and what not, member by member, for people who keep profiles up to date."""
