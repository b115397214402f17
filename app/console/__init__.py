"""The console: server-rendered pages for people (desk, register), and the softphone's page half.

It knows the rest only by `interfaces` (what it asks of the services) and `views` (what it shows).
The shell stays while the main region is swapped: a page change never ends a call.

Import what is used from its own module: a webhook that only notifies a desk loads no pages.
"""
