"""Cases: the services that act on them, and the queries of inbox and case pages."""
