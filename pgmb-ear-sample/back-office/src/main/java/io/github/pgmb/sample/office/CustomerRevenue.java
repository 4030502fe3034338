package io.github.pgmb.sample.office;

import java.math.BigDecimal;

/** What a customer has ordered, without what was rejected. */
public record CustomerRevenue(String customer, long orders, BigDecimal amount) {}
