//! What holds of any agenda whatever.

use api::{
    meetings::{AgendaItem, ItemKind, Outline, Place, moved, offsets, withheld},
    text::Text,
};
use proptest::{collection::vec, prelude::*};

/// An item as it is drawn: how deep it would like to stand, closed, minutes, a break, a next session.
type Drawn = (usize, bool, u32, bool, bool);

/// The agenda that was drawn: what stands too deep stands as deep as it can.
fn agenda(drawn: &[Drawn]) -> Vec<AgendaItem> {
    let mut levels: Vec<String> = Vec::new();
    let mut session = 1;
    let mut items = Vec::new();
    for (at, (deep, closed, minutes, is_break, next)) in drawn.iter().enumerate() {
        session += u32::from(*next);
        levels.truncate((*deep).min(2));
        let key = format!("k{at}");
        let kind = if *is_break { ItemKind::Break } else { ItemKind::Discussion };
        let title = if *closed && !is_break { "oculto" } else { "abierto" };
        items.push(AgendaItem {
            key: key.clone(),
            under: levels.last().cloned(),
            kind,
            closed: *closed && !is_break,
            title: Text::spanish(format!("{title} {at}")),
            session,
            minutes: *minutes,
            proponent: None,
            speaker: None,
            outcome: None,
            annotation: None,
            documents: Vec::new(),
            plans: Vec::new(),
            datasets: Vec::new(),
        });
        // A break has no parts.
        if !is_break {
            levels.push(key);
        }
    }
    items
}

fn any_agenda() -> impl Strategy<Value = Vec<AgendaItem>> {
    let item = (0..3_usize, any::<bool>(), 1..60_u32, prop::bool::weighted(0.2), prop::bool::weighted(0.1));
    vec(item, 1..24).prop_map(|drawn| agenda(&drawn))
}

fn whole(items: &[AgendaItem]) -> bool {
    Outline::of(items).depths.iter().all(Option::is_some)
}

/// Title, number, session and beginning of what is open, breaks aside: whether those are shown
/// depends on what stands beside them.
fn open(items: &[AgendaItem]) -> Vec<(String, Option<String>, u32, u32)> {
    let outline = Outline::of(items);
    let rows = items.iter().zip(outline.closed).zip(outline.numbers).zip(offsets(items));
    rows.filter(|(((item, closed), _), _)| !closed && item.kind != ItemKind::Break)
        .map(|(((item, _), number), offset)| (item.title.es.clone(), number, item.session, offset))
        .collect()
}

fn minutes_by_session(items: &[AgendaItem]) -> Vec<(u32, u32)> {
    let mut sums = std::collections::BTreeMap::new();
    for item in items {
        *sums.entry(item.session).or_insert(0) += item.minutes;
    }
    sums.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_open_stands_where_it_stands_for_everybody(items in any_agenda()) {
        prop_assert!(whole(&items));
        let shown = withheld(&items);
        prop_assert!(whole(&shown), "{shown:#?}");
        prop_assert_eq!(open(&shown), open(&items));
        prop_assert_eq!(minutes_by_session(&shown), minutes_by_session(&items));
        for item in &shown {
            prop_assert!(!item.title.es.contains("oculto") , "{:?}", item);
        }
        // What is shown withholds nothing more.
        prop_assert_eq!(withheld(&shown), shown);
    }

    #[test]
    fn two_closed_items_are_never_shown_apart_within_a_session(items in any_agenda()) {
        let shown = withheld(&items);
        for pair in shown.windows(2) {
            let both = pair.iter().all(|item| item.kind == ItemKind::Closed);
            prop_assert!(!both || pair[0].session != pair[1].session, "{shown:#?}");
        }
    }

    #[test]
    fn how_many_are_closed_makes_no_difference(items in any_agenda(), which in any::<prop::sample::Index>()) {
        // One of the closed items that have no parts is told in two, under other words.
        let closed = Outline::of(&items).closed;
        let leaf = |at: usize| !items.iter().any(|item| item.under.as_ref() == Some(&items[at].key));
        let fit: Vec<usize> = (0..items.len())
            .filter(|at| closed[*at] && leaf(*at) && items[*at].minutes > 1 && items[*at].kind != ItemKind::Break)
            .collect();
        prop_assume!(!fit.is_empty());
        let at = fit[which.index(fit.len())];
        let mut fuller = items.clone();
        let mut more = items[at].clone();
        fuller[at].title = Text::spanish("oculto y otro");
        fuller[at].minutes -= 1;
        more.minutes = 1;
        more.key = "otra".into();
        fuller.insert(at + 1, more);
        prop_assert_eq!(withheld(&fuller), withheld(&items));
    }

    #[test]
    fn a_move_loses_nothing_and_keeps_parts_together(
        items in any_agenda(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(), how in 0..3
    ) {
        let key = items[from.index(items.len())].key.clone();
        let target = items[to.index(items.len())].clone();
        let place = match how {
            0 => Place::Before(target.key.clone()),
            1 if target.kind != ItemKind::Break => Place::Under(target.key.clone()),
            _ => Place::End,
        };
        let parts = |items: &[AgendaItem]| {
            let mut links: Vec<_> = items
                .iter()
                .filter(|item| item.key != key)
                .map(|item| (item.key.clone(), item.under.clone(), item.minutes))
                .collect();
            links.sort();
            links
        };
        match moved(items.clone(), &key, &place) {
            Ok(after) => {
                prop_assert!(whole(&after), "{place:?} {after:#?}");
                prop_assert_eq!(parts(&after), parts(&items));
                prop_assert!(after.windows(2).all(|pair| pair[0].session <= pair[1].session), "{after:#?}");
            }
            // Only into itself.
            Err(_) => {
                let mut above = Some(&target.key);
                let mut inside = false;
                while let Some(at) = above {
                    inside |= *at == key;
                    above = items.iter().find(|item| item.key == *at).and_then(|item| item.under.as_ref());
                }
                prop_assert!(inside, "{key} {place:?}");
            }
        }
    }
}
