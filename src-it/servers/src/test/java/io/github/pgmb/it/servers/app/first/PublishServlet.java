package io.github.pgmb.it.servers.app.first;

import io.github.pgmb.it.servers.app.Word;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** {@code ?word=…&millis=…}, and {@code &rollback} to throw after having published. */
@WebServlet("/publish")
public class PublishServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Inject
    transient Publisher publisher;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
        var word = new Word(request.getParameter("word"), Long.parseLong(request.getParameter("millis")));
        if (request.getParameter("rollback") == null) {
            publisher.publish(word);
        } else {
            publisher.publishInVain(word);
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }
}
