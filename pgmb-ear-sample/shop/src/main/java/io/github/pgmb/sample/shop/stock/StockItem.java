package io.github.pgmb.sample.shop.stock;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;

/** Something that is sold. {@code available} below zero is a back order. */
@Entity
@Table(name = "stock_item")
public class StockItem {

    @Id
    private String sku;

    private String name;
    private BigDecimal price;
    private long available;
    private long reserved;

    @SuppressWarnings("NullAway.Init") // JPA fills the fields
    protected StockItem() {}

    public String getSku() {
        return sku;
    }

    public String getName() {
        return name;
    }

    public BigDecimal getPrice() {
        return price;
    }

    public long getAvailable() {
        return available;
    }

    public long getReserved() {
        return reserved;
    }
}
