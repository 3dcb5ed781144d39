"""Putting the parts together: the tool from its settings, the Flask app, the worker. Nothing else makes an engine or a gateway."""
