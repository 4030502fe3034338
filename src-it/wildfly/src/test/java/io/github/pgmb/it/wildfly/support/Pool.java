package io.github.pgmb.it.wildfly.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jboss.as.arquillian.container.ManagementClient;
import org.jboss.as.controller.client.helpers.Operations;
import org.jboss.dmr.ModelNode;

/** The server's data source, as the server sees it. */
public record Pool(ManagementClient management) {

    /** Connections that somebody has not given back. */
    public int inUse() {
        var address = new ModelNode()
                .add("subsystem", "datasources")
                .add("xa-data-source", "pgmb")
                .add("statistics", "pool");
        try {
            var answer = management
                    .getControllerClient()
                    .execute(Operations.createReadAttributeOperation(address, "InUseCount"));
            return Operations.readResult(answer).asInt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
