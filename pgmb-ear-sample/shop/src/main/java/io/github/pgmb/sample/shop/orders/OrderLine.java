package io.github.pgmb.sample.shop.orders;

import jakarta.persistence.Embeddable;
import java.math.BigDecimal;

/** So many pieces at the price of the day. */
@Embeddable
public class OrderLine {

    private String sku;
    private int quantity;
    private BigDecimal price;

    @SuppressWarnings("NullAway.Init") // JPA fills the fields
    protected OrderLine() {}

    OrderLine(String sku, int quantity, BigDecimal price) {
        this.sku = sku;
        this.quantity = quantity;
        this.price = price;
    }

    public String getSku() {
        return sku;
    }

    public int getQuantity() {
        return quantity;
    }

    public BigDecimal getPrice() {
        return price;
    }

    BigDecimal total() {
        return price.multiply(BigDecimal.valueOf(quantity));
    }
}
