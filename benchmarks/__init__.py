"""Benchmarks of import, labels, answers and webhooks, each beside a floor measured in the same run."""
