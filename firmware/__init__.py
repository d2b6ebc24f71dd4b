"""The station of an atelier: installs and runs alone on a Pi Zero."""

__version__ = "0.1.0"
