package io.github.pgmb;

/** What a handler's group does while events that its handler has failed on wait for their next attempt. */
public enum OnFailure {

    /** Later events are handled meanwhile: nothing waits for what failed, which comes out of order then. */
    CONTINUE,

    /**
     * Nothing later is handled before what failed has been handled, or is a dead letter: strict order, at the price that one event
     * can hold up its handler for as long as its attempts take. Other handlers go on.
     */
    BLOCK
}
