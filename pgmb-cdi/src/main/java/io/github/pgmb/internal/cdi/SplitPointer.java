package io.github.pgmb.internal.cdi;

import java.util.regex.Pattern;

/** A JSON Pointer (RFC 6901) into an event. */
final class SplitPointer {

    static final String ACCEPTED =
            "a JSON Pointer into the event, as \"/topic\", \"/payload/customer/id\" or \"/metadata/tenant\"";

    private static final Pattern FORM = Pattern.compile("/(id|topic|payload|metadata)(/([^~/\\x00]|~0|~1)*)*");

    private SplitPointer() {}

    static boolean isAccepted(String text) {
        return FORM.matcher(text).matches();
    }
}
