/**
 * The database in operation: scheduled by pg_cron, behind pgbouncer, restored, upgraded, failed over. Each test has servers of its
 * own, from Debian's packages.
 */
package io.github.pgmb.it.debian;
