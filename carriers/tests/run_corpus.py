"""Starts ``carriers.tests.corpus`` as a program, with Django set up."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from carriers.tests.corpus import main

    sys.exit(main())
