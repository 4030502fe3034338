package io.github.pgmb.sample.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sample.shipping.OrderEvent.Line;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackingNoteTest {

    @Test
    void namesEachSkuOnce() {
        var note = PackingNote.of(
                new OrderEvent(7, "Ada", List.of(new Line("POT", 1), new Line("CUP", 4), new Line("POT", 2))));

        assertThat(note.getOrderId()).isEqualTo(7);
        assertThat(note.getCustomer()).isEqualTo("Ada");
        assertThat(note.getContents()).isEqualTo("4 CUP, 3 POT");
        assertThat(note.getStatus()).isEqualTo(PackingStatus.TO_PACK);
    }
}
