"""`manage.py doctor`: looks at all a server stands on, and says what to do about what is wrong."""
