"""Views. Each calls one service or queryset and renders the result."""
