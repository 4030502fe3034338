/** What the tests deploy. Runs in the server; each test says which class goes into which module. */
package io.github.pgmb.it.wildfly.app;
