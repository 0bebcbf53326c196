"""Ways to hand messages over: the port, and its adapters for SMTP, for providers' APIs, and for any other mail backend of Django."""
