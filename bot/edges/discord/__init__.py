"""The companion in Discord. ``gateway.Gateway`` is what the composition root needs; the rest is behind it."""
