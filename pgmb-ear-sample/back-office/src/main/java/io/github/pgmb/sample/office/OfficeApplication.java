package io.github.pgmb.sample.office;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** REST under {@code /back-office/api}. */
@ApplicationPath("/api")
public class OfficeApplication extends Application {}
