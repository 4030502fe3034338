package io.github.pgmb.sample.office;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** The revenue: by day, the latest first, and by customer, the best first. */
@Path("revenue")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class LedgerResource {

    @Inject
    private Ledger ledger;

    @GET
    @Path("days")
    public List<DayRevenue> days() {
        return ledger.byDay();
    }

    @GET
    @Path("customers")
    public List<CustomerRevenue> customers() {
        return ledger.byCustomer();
    }
}
