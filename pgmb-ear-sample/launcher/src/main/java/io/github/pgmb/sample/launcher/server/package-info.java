/** The main class of the server's process: the JDK and nothing else, so that no application sees more than the server. */
@NullMarked
package io.github.pgmb.sample.launcher.server;

import org.jspecify.annotations.NullMarked;
