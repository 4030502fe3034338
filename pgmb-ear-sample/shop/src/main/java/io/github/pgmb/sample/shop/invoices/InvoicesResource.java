package io.github.pgmb.sample.shop.invoices;

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

/** The invoices, newest first. */
@Path("invoices")
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@RequestScoped
public class InvoicesResource {

    @PersistenceContext
    private EntityManager em;

    @GET
    public List<Invoice> list(@BeanParam Page page) {
        return page.of(em.createQuery("select i from Invoice i order by i.id desc", Invoice.class));
    }
}
