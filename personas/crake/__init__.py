"""Crake, and what he brings along."""
