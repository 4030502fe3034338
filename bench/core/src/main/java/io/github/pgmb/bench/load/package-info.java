/** The load, and what is measured during it; plain Java, the same inside and outside of a server. */
@NullMarked
package io.github.pgmb.bench.load;

import org.jspecify.annotations.NullMarked;
