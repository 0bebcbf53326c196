"""How hypothesis plays: no clock of its own (a busy machine is no failure)."""

from hypothesis import HealthCheck, settings

settings.register_profile("unit", settings(deadline=None, suppress_health_check=[HealthCheck.too_slow]))
settings.load_profile("unit")
