/** The module with Enterprise Beans. */
package io.github.pgmb.it.servers.app.beans;
