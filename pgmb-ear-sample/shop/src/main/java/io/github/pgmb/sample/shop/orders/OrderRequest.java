package io.github.pgmb.sample.shop.orders;

import java.util.List;

/** What a customer wants to have. */
public record OrderRequest(String customer, List<Item> items) {

    public OrderRequest {
        items = List.copyOf(items);
    }

    public record Item(String sku, int quantity) {}
}
