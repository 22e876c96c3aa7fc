use std::io::{Read, Seek, Write};

use api::{
    statistics::{
        columns::Columns,
        cube::Question,
        gathering::Gathering,
        reading::{Limits, read},
        status::Status,
        vintage,
    },
    vault::Sealed,
};
use proptest::prelude::*;

use super::invented::{Figure, figures, held, layout, line, lines, opened, period, scratch, settled, status};

fn csv(figures: &[Figure], separator: char) -> String {
    let mut csv =
        "SEX,AGE,REF_AREA,UNIT,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n".replace(',', &separator.to_string());
    for (codes, period, value, status) in figures {
        let value = value.map(|value| value.to_string()).unwrap_or_default();
        let fields = codes.iter().copied().chain([*period, value.as_str()]).collect::<Vec<_>>();
        csv += &format!("{}{separator}{status}\n", fields.join(&separator.to_string()));
    }
    csv
}

pub fn bytes(file: &Sealed) -> Vec<u8> {
    let (mut file, mut bytes) = (file.file().unwrap(), Vec::new());
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

/// What an operating system makes of bytes.
fn on_disk(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[test]
fn a_vintage_without_figures_is_a_vintage() {
    let empty = settled(&[], scratch()).file;
    assert!(opened(&empty).is_empty());
    assert_eq!(lines(&empty), [""; 0]);
}

#[test]
fn large_vintages_are_cut_into_groups_and_open_whole() {
    let mut gathering = Gathering::new(layout(), scratch());
    for number in 0..140_000_u32 {
        let area = format!("MX-{}", number % 700);
        let codes = [
            gathering.code(0, "M"),
            gathering.code(1, "_T"),
            gathering.code(2, &area),
            gathering.code(3, "EVENT"),
        ];
        let month = period("2000-01-01").start() + chrono::Days::new((number / 700).into());
        let value = (number % 97 != 0).then_some(i64::from(number));
        let status = if value.is_some() { Status::NORMAL } else { Status::SUPPRESSED };
        gathering.push(&codes, month.to_string().parse().unwrap(), value, status, number).unwrap();
    }
    let file = gathering.settle(0).unwrap().file;
    let large = opened(&file);
    assert_eq!((large.len(), large.stretch_count()), (140_000, 2));
    assert!(held(&large) == lines(&file));
    let absent = (0..140_000_i64).filter(|number| number % 97 == 0).sum::<i64>();
    let whole = &large.ask(&Question::default()).unwrap().rows[0];
    assert_eq!(whole.sum, Some((0..140_000).sum::<i64>() - absent));
    assert!((140_000 * 4..140_000 * 13).contains(&large.bytes()), "{}", large.bytes());
}

#[test]
fn a_file_of_something_else_is_refused() {
    for bytes in [&b""[..], b"PAR1", b"PAR1\0\0\0\0PAR1", &[0; 1000]] {
        assert_eq!(vintage::open(on_disk(bytes)).map(drop).unwrap_err().code(), "INTERNAL");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_an_office_sends_is_what_the_vintage_holds(
        (figures, shuffled) in figures().prop_flat_map(|f| (Just(f.clone()), Just(f).prop_shuffle())),
        separator in prop::sample::select(vec![',', ';', '\t']),
    ) {
        let limits = Limits::default();
        let reading = read(csv(&shuffled, separator).as_bytes(), &layout(), &Columns::default(), limits, &scratch()).unwrap();
        prop_assert_eq!(reading.report.problems.len(), 0);
        prop_assert_eq!(bytes(&reading.file), bytes(&settled(&figures, scratch()).file));

        let mut held = lines(&reading.file);
        prop_assert_eq!(&super::invented::held(&opened(&reading.file)), &held);
        let mut sent: Vec<String> = figures
            .iter()
            .map(|(codes, p, value, letter)| line(codes.iter().copied(), period(p), *value, status(*letter)))
            .collect();
        held.sort();
        sent.sort();
        prop_assert_eq!(held, sent);
    }

    #[test]
    fn a_damaged_vintage_is_an_error_or_harmless_never_a_panic(
        figures in figures(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut file = bytes(&settled(&figures, scratch()).file);
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        if let Ok(reader) = vintage::Reader::open(on_disk(&file)) {
            reader.take(100).for_each(drop);
        }
        let _ = vintage::open(on_disk(&file));
    }

    #[test]
    fn random_bytes_are_not_a_vintage(bytes in prop::collection::vec(any::<u8>(), 0..600), framed in any::<bool>()) {
        let bytes = if framed {
            let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
            [b"PAR1", bytes.as_slice(), &length, b"PAR1"].concat()
        } else {
            bytes
        };
        prop_assert!(vintage::open(on_disk(&bytes)).is_err());
    }
}
