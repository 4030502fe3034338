/** The web module that publishes and has a handler of its own. */
package io.github.pgmb.it.servers.app.first;
