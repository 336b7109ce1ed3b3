"""Measures nexus-backup against what a user would type instead; started by Scripts/bench."""
