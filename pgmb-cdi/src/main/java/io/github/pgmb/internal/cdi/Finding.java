package io.github.pgmb.internal.cdi;

/** A mistake in a declaration, before it is known where. */
record Finding(DeploymentError error, String problem) {}
