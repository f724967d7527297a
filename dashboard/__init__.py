"""The dashboard: reads the artifacts, shows them, and classifies pictures with the shipped models."""
