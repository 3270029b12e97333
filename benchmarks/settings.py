"""The product's settings, with one page more: the empty one that pages are compared with."""

from myparcel_backoffice.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
