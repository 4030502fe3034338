/** Problem details (RFC 9457) and paging, shared by the resources. */
@NullMarked
package io.github.pgmb.sample.shop.http;

import org.jspecify.annotations.NullMarked;
