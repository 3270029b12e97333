"""Tests of several apps together."""
