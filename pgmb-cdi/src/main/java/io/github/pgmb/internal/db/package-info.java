/**
 * The only code that knows SQL and SQLSTATEs: one class per area of the schema, each method one statement or one short
 * transaction.
 *
 * <p>May use the root package.
 */
@NullMarked
package io.github.pgmb.internal.db;

import org.jspecify.annotations.NullMarked;
