/** Servers as processes: installed below {@code target}, on free ports of the loopback address. */
package io.github.pgmb.it.servers.server;
