/** The web module that only handles. */
package io.github.pgmb.it.servers.app.second;
