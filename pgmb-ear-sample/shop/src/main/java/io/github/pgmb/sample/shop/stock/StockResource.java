package io.github.pgmb.sample.shop.stock;

import io.github.pgmb.sample.shop.http.Page;
import io.github.pgmb.sample.shop.http.Problem;
import jakarta.enterprise.context.RequestScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** What is sold, with what is available and what is reserved. */
@Path("stock")
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@RequestScoped
public class StockResource {

    @PersistenceContext
    private EntityManager em;

    @GET
    public List<StockItem> list(@BeanParam Page page) {
        return page.of(em.createQuery("select s from StockItem s order by s.sku", StockItem.class));
    }
}
