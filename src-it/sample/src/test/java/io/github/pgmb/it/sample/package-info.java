/**
 * The sample from the outside: {@code StandaloneIT} has the WAR, {@code EarIT} the EAR, and {@code LauncherIT} what goes wrong in
 * either. {@code OrderDesk} is what they do with a {@code SampleProcess} that is ready.
 */
package io.github.pgmb.it.sample;
