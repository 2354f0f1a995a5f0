"""A stand-in for Stripe on one machine: a proxy of ours before localstripe, a process of its own.

The shop never imports this package. It talks to it over HTTP, as it talks to Stripe.
"""
