package io.github.pgmb.sample.office;

import java.math.BigDecimal;
import java.time.LocalDate;

/** What was sold on a day, without what was rejected on it. */
public record DayRevenue(LocalDate day, long orders, BigDecimal amount) {}
