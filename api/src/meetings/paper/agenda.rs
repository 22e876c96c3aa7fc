//! The convocation and its agenda, session by session, with the times that follow from the durations. Pure.

use super::{
    super::{
        agenda::{AgendaItem, Link, Outline, offsets},
        content::MeetingContent,
        phase::Phase,
        session::Session,
        terms::ItemKind,
    },
    Countries, Linked, labels,
};
use crate::paper::{Block, Cell, Column, Words, fact, facts, table};

pub fn blocks(
    content: &MeetingContent,
    (phase, course): (Phase, Vec<Option<(Words, Cell)>>),
    withheld: bool,
    known: Countries<'_>,
    linked: &Linked,
) -> Vec<Block> {
    let mut blocks = vec![Block::heading(1, &content.title)];
    let mut about = about(content, known);
    about.push(fact("Fase", "Phase", Some(labels::phase(phase))));
    about.extend(course);
    blocks.extend(facts(about));
    blocks.extend(content.note.as_ref().map(Block::paragraph));
    if withheld {
        blocks.push(Block::note(Words::both(
            "Hay puntos reservados a las delegaciones que no solo observan; aquí figura solo el tiempo que toman.",
            "Some items are for delegations that do not only observe; only the time they take stands here.",
        )));
    }
    let outline = Outline::of(&content.items);
    let begins = offsets(&content.items);
    for (at, session) in content.sessions.iter().enumerate() {
        blocks.push(Block::heading(2, heading(at + 1, session)));
        let place = session.place.as_ref().map(|place| Words::from(place).labelled("Lugar", "Place"));
        blocks.extend(place.map(Block::paragraph));
        let items = content.items.iter().zip(&begins).zip(&outline.numbers);
        let items = items.filter(|((item, _), _)| item.session as usize == at + 1);
        let rows = items
            .map(|((item, begins), number)| row(item, session, *begins, number.as_deref(), known, linked));
        let columns = vec![
            Column::new(Words::both("Hora", "Time"), 2),
            Column::new(Words::both("Núm.", "No."), 2),
            Column::new(Words::both("Punto", "Item"), 12),
            Column::number(Words::both("Minutos", "Minutes"), 2),
        ];
        blocks.extend(table(columns, rows.collect()));
    }
    blocks
}

fn about(content: &MeetingContent, known: Countries<'_>) -> Vec<Option<(Words, Cell)>> {
    let series = [content.series.as_deref(), content.number.as_deref()];
    let series: Vec<Words> = series.into_iter().flatten().map(Words::from).collect();
    let chair = content.chair.as_ref().map(|chair| {
        let post = chair.post.as_ref().map(Words::from);
        let said: Vec<Words> = [Some(known(&chair.country)), post].into_iter().flatten().collect();
        Words::joined(&said, ", ")
    });
    let mut about = vec![
        fact("Serie", "Series", (!series.is_empty()).then(|| Words::joined(&series, " "))),
        fact("Marco", "Frame", content.frame.as_ref()),
        fact("Nivel", "Level", Some(labels::level(content.level))),
        fact("Modalidad", "Mode", Some(labels::mode(content.mode))),
        fact("Lugar", "Place", Some(&content.place)),
        fact("Anfitrión", "Host", Some(known(&content.host))),
        fact("Preside", "Chair", chair),
    ];
    about.extend(content.presidencies.iter().map(|presidency| {
        let until = presidency.until.map_or_else(String::new, |until| until.to_string());
        let term = Words::from(format!("({} – {until})", presidency.since));
        let said = [known(&presidency.country), (&presidency.of).into(), term];
        fact("Presidencia pro témpore", "Pro tempore presidency", Some(Words::joined(&said, " · ")))
    }));
    let languages = (!content.languages.is_empty()).then(|| content.languages.join(", "));
    about.extend([
        fact("Lenguas de trabajo", "Languages of work", languages),
        fact("Quórum", "Quorum", content.quorum.map(Words::count)),
        fact("Regla de decisión", "Decision rule", Some(labels::decision(content.decision))),
    ]);
    about
}

fn heading(number: usize, session: &Session) -> Words {
    let day = session.starts_at.date();
    let hours = format!("{}–{}", session.starts_at.format("%H:%M"), ends(session));
    let title = session.title.as_ref().map_or_else(
        || Words::both(format!("Sesión {number}"), format!("Session {number}")),
        |title| {
            let before = Words::both(format!("Sesión {number}:"), format!("Session {number}:"));
            Words::joined(&[before, title.into()], " ")
        },
    );
    Words::joined(&[title, format!("{day}, {hours} ({})", session.time_zone).into()], " · ")
}

fn ends(session: &Session) -> String {
    session.ends().map_or_else(String::new, |ends| ends.format("%H:%M").to_string())
}

fn row(
    item: &AgendaItem,
    session: &Session,
    begins: u32,
    number: Option<&str>,
    known: Countries<'_>,
    linked: &Linked,
) -> Vec<Cell> {
    let time = session.after(begins).map_or_else(String::new, |at| at.format("%H:%M").to_string());
    let labelled =
        |text: Option<&crate::text::Text>, es, en| text.map(|text| Words::from(text).labelled(es, en));
    let closed = item.closed && item.kind != ItemKind::Closed;
    let closed = closed.then(|| Words::both("reservado a las delegaciones", "closed to observers"));
    let sort: Vec<Words> = [labels::kind(item.kind), closed].into_iter().flatten().collect();
    let mut more = vec![
        (!sort.is_empty()).then(|| Words::joined(&sort, ", ")),
        item.proponent.as_deref().map(|code| known(code).labelled("Propone", "Proposed by")),
        labelled(item.speaker.as_ref(), "Ponente", "Lead speaker"),
        labelled(item.outcome.as_ref(), "Resultado esperado", "Expected outcome"),
        item.annotation.as_ref().map(Words::from),
    ];
    let documents = item.documents.iter().map(|name| Words::from(name).labelled("Documento", "Document"));
    more.extend(documents.map(Some));
    more.extend(item.plans.iter().map(|link| to(link, linked.plans.get(&link.id), "Plan", "Plan")));
    let datasets = item.datasets.iter();
    more.extend(datasets.map(|link| to(link, linked.datasets.get(&link.id), "Cifras", "Figures")));
    vec![
        Words::from(time).into(),
        number.map_or_else(Words::none, Words::from).into(),
        Cell::several(&item.title, more),
        if item.minutes > 0 { Words::count(item.minutes).into() } else { Cell::none() },
    ]
}

/// What a link leads to, if the reader sees it; and whether the reader sees the revision that is meant.
fn to<Id>(link: &Link<Id>, found: Option<&(Words, String)>, es: &str, en: &str) -> Option<Words> {
    let (name, hash) = found?;
    let name = match &link.pinned {
        Some(pinned) => {
            let meant = format!("SHA-256 {}…", pinned.chars().take(12).collect::<String>());
            let other = (pinned != hash)
                .then(|| Words::both("se le muestra otra revisión", "you are shown another revision"));
            let said: Vec<Words> =
                [Some(name.clone()), Some(meant.into()), other].into_iter().flatten().collect();
            Words::joined(&said, ", ")
        }
        None => name.clone(),
    };
    Some(name.labelled(es, en))
}
