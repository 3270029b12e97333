"""How fast the two bulk actions are, beside a floor measured in the same run."""
