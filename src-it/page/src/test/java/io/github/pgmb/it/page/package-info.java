/**
 * The sample's page, used by a keyboard, looked at, and checked by axe.
 *
 * <p>{@code Desk} is what all tests share: the {@code Sample} as a process, a {@code Gateway} before it, and a {@code Browser}.
 */
package io.github.pgmb.it.page;
