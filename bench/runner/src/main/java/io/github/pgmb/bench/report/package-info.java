/** Numbers as a reader wants them: medians, ratios, tables. Uses nothing else of the bench. */
@NullMarked
package io.github.pgmb.bench.report;

import org.jspecify.annotations.NullMarked;
