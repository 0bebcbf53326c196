"""Screens of the notifications in Wagtail's admin."""
