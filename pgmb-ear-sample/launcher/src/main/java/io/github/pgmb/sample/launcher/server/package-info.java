/** The main class of the server's process: the JDK and Payara Micro, nothing else. */
@NullMarked
package io.github.pgmb.sample.launcher.server;

import org.jspecify.annotations.NullMarked;
