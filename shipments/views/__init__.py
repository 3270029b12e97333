"""Views: each turns a request into one service call or queryset, and the result into a response."""
