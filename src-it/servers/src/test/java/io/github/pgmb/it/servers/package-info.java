/**
 * The broker on servers as they are downloaded, started as processes: one WAR, and one EAR of two WARs and an EJB jar.
 * {@link io.github.pgmb.it.servers.ApplicationsOnServer} says what holds on each of them.
 */
package io.github.pgmb.it.servers;
