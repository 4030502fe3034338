package io.github.pgmb.sample.office;

import io.github.pgmb.sample.shipping.PackingDesk;
import io.github.pgmb.sample.shipping.PackingNote;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** What shipping has to pack, newest first. */
@Path("packing-notes")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class PackingNotesResource {

    @EJB
    private PackingDesk desk;

    @GET
    public List<PackingNote> list() {
        return desk.latest();
    }
}
