/** The schema in PGlite: JavaScript that Node.js runs, started from here so that the build covers it. */
package io.github.pgmb.it.pglite;
