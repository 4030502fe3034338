package io.github.pgmb.sample.shop.orders;

import io.github.pgmb.sample.shop.http.Page;
import io.github.pgmb.sample.shop.http.Problem;
import io.github.pgmb.sample.shop.http.RequestRefused;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Places and rejects orders, and shows them, newest first. */
@Path("orders")
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@RequestScoped
public class OrdersResource {

    @PersistenceContext
    private EntityManager em;

    @Inject
    private OrderDesk desk;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response place(InputStream body, @Context UriInfo uri) throws IOException {
        var id = desk.place(OrderRequestReader.read(body));
        return Response.created(
                        uri.getAbsolutePathBuilder().path(Long.toString(id)).build())
                .entity(em.find(PurchaseOrder.class, id))
                .build();
    }

    @GET
    public List<OrderSummary> list(@BeanParam Page page) {
        return page.of(em.createQuery("""
                select new io.github.pgmb.sample.shop.orders.OrderSummary(
                  o.id, o.customer, o.total, o.placedAt, o.status)
                from PurchaseOrder o order by o.id desc""", OrderSummary.class));
    }

    @GET
    @Path("{id: \\d{1,18}}")
    public PurchaseOrder one(@PathParam("id") long id) {
        var order = em.find(PurchaseOrder.class, id);
        if (order == null) {
            throw RequestRefused.notFound("There is no order " + id + ".");
        }
        return order;
    }

    /**
     * An order is rejected at most once, so a request that is repeated does no harm: the second answer is 409, and says that the order
     * is as it should be.
     */
    @POST
    @Path("{id: \\d{1,18}}/rejection")
    public PurchaseOrder reject(@PathParam("id") long id) {
        return desk.reject(id);
    }
}
