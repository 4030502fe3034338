/** An application that publishes to itself, by the public API only, and says over HTTP what that took. */
@NullMarked
package io.github.pgmb.bench.app;

import org.jspecify.annotations.NullMarked;
