"""Text and barcodes in PDFs: any script, embedded fonts, exact sizes in points."""
