"""The script that a page loads in place of Stripe.js, in parts. See `standin.browser`."""
