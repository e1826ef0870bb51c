"""Tools for mixture-of-experts model files."""
