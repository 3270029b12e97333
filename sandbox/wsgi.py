"""The WSGI application; importing it also starts the threads that deliver webhooks."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
application = get_wsgi_application()

from sandbox import webhooks  # noqa: E402 - models can only be imported when Django is set up
from sandbox.myparcel import webhooks as myparcel_webhooks  # noqa: E402

webhooks.start()
myparcel_webhooks.start()
