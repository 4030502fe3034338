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

/** Which orders have their stock, newest first. */
@Path("reservations")
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@RequestScoped
public class ReservationsResource {

    @PersistenceContext
    private EntityManager em;

    @GET
    public List<Reservation> list(@BeanParam Page page) {
        return page.of(em.createQuery("select r from Reservation r order by r.orderId desc", Reservation.class));
    }
}
