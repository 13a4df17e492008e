"""Rosters: reading files (reading), matching columns with fields (mapping), checking values (checking), and what they find (findings)."""
