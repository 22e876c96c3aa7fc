//! What is pure in a text, for any words.

use api::{
    meetings::{
        Paragraph, ParagraphKind, ParagraphState, Segment, Spot, TextDraft, pieces, proposed, settled,
    },
    text::Text,
};
use proptest::prelude::*;

fn side(told: &[api::meetings::Piece], left_out: Segment) -> String {
    let kept = told.iter().filter(|piece| piece.kind != left_out);
    kept.map(|piece| piece.words.as_str()).collect::<Vec<_>>().join(" ")
}

fn draft(words: &str) -> TextDraft {
    let paragraph = Paragraph {
        key: "uno".into(),
        kind: ParagraphKind::Operative,
        state: ParagraphState::Open,
        text: Text::spanish(words),
        brackets: Vec::new(),
        by_silence: None,
    };
    TextDraft { title: Text::spanish("t"), paragraphs: vec![paragraph], silences: Vec::new() }
}

proptest! {
    #[test]
    fn the_pieces_of_a_difference_make_both_sides(
        before in proptest::collection::vec("[abc]{1,2}", 0..12),
        after in proptest::collection::vec("[abc]{1,2}", 0..12),
    ) {
        let told = pieces(&before.join(" "), &after.join(" "));
        prop_assert_eq!(side(&told, Segment::In), before.join(" "));
        prop_assert_eq!(side(&told, Segment::Out), after.join(" "));
        prop_assert!(told.windows(2).all(|pair| pair[0].kind != pair[1].kind));
        if before == after {
            prop_assert!(told.iter().all(|piece| piece.kind == Segment::Same));
        }
    }

    #[test]
    fn a_bracket_that_comes_to_what_stood_there_leaves_the_words_as_they_were(
        words in proptest::collection::vec("[a-z]{1,6}", 1..10),
        at in any::<prop::sample::Index>(),
    ) {
        // Each word once: told apart by its place.
        let words: Vec<String> = words.iter().enumerate().map(|(n, word)| format!("{word}{n}x")).collect();
        let whole = words.join(" ");
        let spot = Spot::Words(Text::spanish(at.get(&words).clone()));
        let in_brackets = proposed(draft(&whole), "uno", spot, None, "GT").unwrap();
        prop_assert!(in_brackets.paragraphs[0].read_out().es.contains(" / –]"));
        let choice = api::meetings::Choice { bracket: "b1".into(), alternative: "a0".into() };
        let back = settled(in_brackets, "uno", &[choice], None).unwrap();
        prop_assert_eq!(back, draft(&whole));
    }
}
