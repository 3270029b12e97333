"""Text and bars on paper: any script, embedded fonts, exact sizes in points."""
