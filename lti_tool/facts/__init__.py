"""Facts that travel between packages: frozen, typed, without behaviour. No package hands another a dict."""
