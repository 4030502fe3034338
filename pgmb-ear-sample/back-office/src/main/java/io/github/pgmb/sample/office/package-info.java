/**
 * The back office: a ledger of the revenue, in a web module beside the shop's. Reads the shop's events and shows shipping's packing notes.
 */
@NullMarked
package io.github.pgmb.sample.office;

import org.jspecify.annotations.NullMarked;
