//! What goes out is what was put in, in every form, whichever part is asked for.

use std::{collections::BTreeMap, io::Write};

use api::{
    statistics::{
        columns::Columns,
        exports::{Csv, Export, Kind, Observed, Parquet, Selection, Slice, Written},
        indicator::Unit,
        reading::{Limits, read},
        sdmx::{Flow, Json, Look, Packing},
        vintage,
    },
    text::Text,
    vault::Sealed,
};
use proptest::prelude::*;
use serde_json::Value;

use super::{
    invented::{Figure, figures, filters, layout, line, lines, period, scratch, settled, status},
    vintages::bytes,
};

fn flow() -> Flow {
    let text = Text::both("Nombre", "Name");
    Flow {
        agency: "MX-INM".into(),
        agency_name: text.clone(),
        id: "RETORNOS".into(),
        name: text.clone(),
        definition: text,
        unit: Unit::Event,
        layout: layout(),
        vintage: None,
        source: None,
        note: None,
        saved: "2025-01-16T15:00:00Z".parse().unwrap(),
    }
}

/// Everything of a file, or what is selected, read group by group.
fn slice(file: &Sealed, select: impl FnOnce(&mut Selection)) -> Slice {
    let cube = vintage::open_within(file.file().unwrap(), 0, |_| ()).unwrap();
    let mut selection = Selection::all(cube.frame());
    select(&mut selection);
    Slice::new(cube, selection)
}

fn whole(export: Export) -> Vec<u8> {
    export.collect::<Result<Vec<_>, _>>().unwrap().concat()
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// Lines as `invented::line` writes them, of an SDMX-JSON message in any packing.
fn of_json(message: &[u8]) -> Vec<String> {
    let message: Value = serde_json::from_slice(message).unwrap();
    let Some(structure) = message["data"]["structures"].get(0) else { return Vec::new() };
    let (dimensions, set) = (&structure["dimensions"], &message["data"]["dataSets"][0]);
    let components = |level: &str| dimensions[level].as_array().unwrap().clone();
    let statuses = &structure["attributes"]["observation"][0]["values"];
    let mut told = Vec::new();
    let mut row = |places: Vec<&str>, components: &[Value], observation: &Value| {
        let words: BTreeMap<u64, String> = places
            .iter()
            .zip(components)
            .map(|(at, component)| {
                let value = &component["values"][at.parse::<usize>().unwrap()];
                let word = value.get("id").or(value.get("value")).unwrap().as_str().unwrap();
                (component["keyPosition"].as_u64().unwrap(), word.to_owned())
            })
            .collect();
        let mut words: Vec<String> = words.into_values().collect();
        let period = words.pop().unwrap().parse().unwrap();
        let letter = statuses[observation[1].as_u64().unwrap() as usize]["id"].as_str().unwrap();
        let letter = status(letter.chars().next().unwrap());
        told.push(line(words.iter().map(String::as_str), period, observation[0].as_i64(), letter));
    };
    for (key, observation) in set["observations"].as_object().into_iter().flatten() {
        row(key.split(':').collect(), &components("observation"), observation);
    }
    for (key, series) in set["series"].as_object().into_iter().flatten() {
        for (at, observation) in series["observations"].as_object().unwrap() {
            let all = [components("series"), components("observation")].concat();
            row(key.split(':').chain([at.as_str()]).collect(), &all, observation);
        }
    }
    told
}

fn on_disk(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn line_of(figure: &Figure) -> String {
    let (codes, when, value, letter) = figure;
    line(codes.iter().copied(), period(when), *value, status(*letter))
}

proptest! {
    #[test]
    fn what_goes_out_and_comes_in_again_is_the_same_file(figures in figures()) {
        let file = settled(&figures, scratch()).file;
        for kind in [Kind::Plain, Kind::Sdmx("MX-INM:RETORNOS(1.0.0)".into())] {
            let csv = whole(Export::made(Written::new(slice(&file, |_| ()), Csv::new(&layout(), kind))));
            let again = read(&*csv, &layout(), &Columns::default(), Limits::default(), &scratch()).unwrap();
            prop_assert_eq!(again.report.problems.len(), 0);
            prop_assert_eq!(bytes(&again.file), bytes(&file));
        }
        let parquet = whole(Export::made(Written::new(slice(&file, |_| ()), Parquet::new(&layout()))));
        prop_assert_eq!(parquet, bytes(&file));
        for packing in [Packing::Series, Packing::Flat, Packing::Across(0), Packing::Across(2)] {
            let json = Json::new(flow(), Look { packing, ..Look::default() });
            let json = whole(Export::made(Written::new(slice(&file, |_| ()), json)));
            prop_assert_eq!(sorted(of_json(&json)), sorted(lines(&file)));
        }
    }

    #[test]
    fn a_part_is_what_fits_and_nothing_else(
        figures in figures(),
        filters in filters(),
        first in prop::option::of(1..3_usize),
        provisional in any::<bool>(),
    ) {
        let file = settled(&figures, scratch()).file;
        let names: Vec<String> = layout().codes().map(str::to_owned).collect();
        let fits = |figure: &&Figure| {
            let codes = filters.iter().all(|(name, codes)| {
                let at = names.iter().position(|known| known == name).unwrap();
                codes.iter().any(|code| code == figure.0[at])
            });
            codes && (!provisional || figure.3 == 'P')
        };
        // Naively: all that fit, by series, the first of each in the order of time.
        let mut series: BTreeMap<[&str; 4], Vec<&Figure>> = BTreeMap::new();
        for figure in figures.iter().filter(fits) {
            series.entry(figure.0).or_default().push(figure);
        }
        let mut expected = Vec::new();
        for mut figures in series.into_values() {
            figures.sort_by_key(|figure| period(figure.1));
            expected.extend(figures.into_iter().take(first.unwrap_or(usize::MAX)).map(line_of));
        }
        let select = |selection: &mut Selection| {
            let cube = vintage::open(file.file().unwrap()).unwrap();
            for (name, codes) in &filters {
                let at = names.iter().position(|known| known == name).unwrap();
                selection.codes[at] = cube.codes(at).iter().map(|code| codes.contains(code)).collect();
            }
            selection.first = first;
            if provisional {
                selection.keep = Some(Box::new(|observed: Observed| observed.status.letter() == 'P'));
            }
        };
        let parquet = whole(Export::made(Written::new(slice(&file, select), Parquet::new(&layout()))));
        let found = vintage::Reader::open(on_disk(&parquet)).unwrap().map(|figure| {
            let vintage::Figure { series, period, value, status } = figure.unwrap();
            line(series.iter().map(|code| &**code), period, value, status)
        });
        prop_assert_eq!(sorted(found.collect()), sorted(expected.clone()));
        let json = whole(Export::made(Written::new(slice(&file, select), Json::new(flow(), Look::default()))));
        prop_assert_eq!(sorted(of_json(&json)), sorted(expected));
    }
}
