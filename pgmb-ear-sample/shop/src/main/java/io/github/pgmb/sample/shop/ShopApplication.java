package io.github.pgmb.sample.shop;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/**
 * REST under {@code /api}.
 *
 * <p>JPA and the broker share one data source, {@code java:app/jdbc/shop}, and so an order and its event are in one transaction.
 * {@link StandaloneDataSource} defines it for the shop on its own, the EAR's {@code application.xml} for the shop and the modules
 * beside it.
 */
@ApplicationPath("/api")
public class ShopApplication extends Application {}
