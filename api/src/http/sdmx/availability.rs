//! `availability/{context}/{agency}/{id}/{version}/{key}/{component}`: which codes and periods a query would find.

use axum::response::Response;

use super::{
    Question,
    data::Filter,
    flows, malformed, no_results, not_made,
    query::Query,
    senseless,
    structure::{occurring, wants_xml, written},
};
use crate::{
    http::refused::Refused,
    statistics::{
        exports::{Figures, Slice},
        layout::TIME_PERIOD,
        sdmx::{self, Artefact, Class, Flow, Names, Region},
    },
};

pub async fn answer(question: Question<'_>) -> Result<Response, Refused> {
    if question.path.len() > 6 {
        return Err(malformed("availability/dataflow/AGENCY/ID/VERSION/KEY/COMPONENT"));
    }
    let mut query = Query::of(question.uri)?;
    let xml = wants_xml(&question, &mut query)?;
    let filter = Filter::of(&question, &mut query)?;
    let told = Names::parse(question.place(5, "*"));
    let references = query.take("references").unwrap_or_else(|| "none".into());
    match query.take("mode").as_deref() {
        None | Some("exact") => {}
        Some("available") => return Err(not_made("mode=available")),
        Some(_) => return Err(malformed("mode=exact")),
    }
    let as_of = query.as_of()?;
    query.without(&["updatedAfter", "reportingYearStartDay"])?;
    query.done()?;
    let found = flows::one(&question, as_of).await?;
    let flow = found.flow().map_err(senseless)?;
    let cube = question.front.leaving.open(&found, &question.front.node.vault).await.map_err(senseless)?;
    let of = flow.clone();
    let making = move || -> Result<_, Refused> {
        let selection = filter.selection(&cube)?;
        region(&of, Slice::new(cube, selection), &told).map_err(senseless)
    };
    let region = question.apart(making).await?;
    if region.observations == 0 {
        return Err(no_results());
    }
    let mut wanted = Vec::new();
    for word in references.split(',').take(sdmx::MOST_NAMED).filter(|word| *word != "none") {
        match word {
            "all" => wanted.push(None),
            // Nobody provides data here but the agency itself, and no list has values that are no codes.
            "dataproviderscheme" | "valuelist" => {}
            word => wanted
                .push(Some(Class::parse(word).ok_or_else(|| malformed("references=none, all, codelist"))?)),
        }
    }
    let occurring = match wanted.is_empty() {
        true => Vec::new(),
        false => occurring(&question, &found).await.map_err(senseless)?,
    };
    let choosing = move || {
        let mut chosen = vec![sdmx::constraint(&flow, region)];
        // Looked up once, however many are asked for.
        let all = if wanted.is_empty() { Vec::new() } else { around(&flow, &occurring) };
        let fits = |artefact: &Artefact| {
            wanted.iter().any(|class| class.is_none_or(|class| artefact.urn.class == class))
        };
        for artefact in all.into_iter().filter(fits) {
            if chosen.iter().all(|known: &Artefact| known.urn != artefact.urn) {
                chosen.push(artefact);
            }
        }
        Ok(chosen)
    };
    written(&question, xml, choosing).await
}

/// The dataflow, its structure, and the lists that it names.
fn around(flow: &Flow, occurring: &[Vec<String>]) -> Vec<Artefact> {
    let mut all = vec![sdmx::dataflow(flow)];
    all.extend(sdmx::structures(flow, occurring));
    let named: Vec<_> = all.iter().flat_map(Artefact::children).collect();
    all.extend(sdmx::house_lists().into_iter().filter(|list| named.contains(&list.urn)));
    all
}

fn region(flow: &Flow, mut slice: Slice, told: &Names) -> crate::error::Result<Region> {
    let dimensions = flow.layout.dimensions.len();
    let mut seen: Vec<Vec<bool>> = (0..dimensions).map(|at| vec![false; slice.codes(at).len()]).collect();
    let mut times = vec![false; slice.periods().len()];
    let (mut series, mut observations) = (0, 0);
    while let Some(some) = slice.next()? {
        for one in some {
            series += 1;
            observations += one.figures.len() as u64;
            seen.iter_mut().zip(&one.codes).for_each(|(seen, code)| seen[*code as usize] = true);
            one.figures.iter().for_each(|observed| times[observed.period as usize] = true);
        }
    }
    let codes = |at: usize| {
        let kept = slice.codes(at).iter().zip(&seen[at]).filter(|(_, seen)| **seen);
        kept.map(|(code, _)| code.clone()).collect()
    };
    let keys = flow.layout.codes().enumerate().filter(|(_, name)| told.take(name));
    let keys = keys.map(|(at, name)| (name.to_owned(), codes(at))).collect();
    // The last to begin is not always the last to end.
    let found = || slice.periods().iter().zip(&times).filter(|(_, found)| **found).map(|(period, _)| *period);
    let time = found().next().zip(found().max_by_key(|period| period.end()));
    let time = time.filter(|_| told.take(TIME_PERIOD));
    Ok(Region { flow: flow.urn(), keys, time, series, observations })
}
