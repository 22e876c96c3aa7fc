use api::statistics::{
    columns::Columns,
    cube::{Cube, Gathering},
    reading::{Limits, read},
    status::Status,
    vintage,
};
use bytes::Bytes;
use proptest::prelude::*;

use super::invented::{Figure, cube, figures, layout, period};

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

fn through_a_file(cube: &Cube) -> Cube {
    vintage::open(Bytes::from(vintage::write(cube).unwrap())).unwrap()
}

#[test]
fn a_vintage_without_figures_is_a_vintage() {
    let empty = cube(&[]);
    assert_eq!(through_a_file(&empty), empty);
}

#[test]
fn large_vintages_are_cut_into_groups_and_open_whole() {
    let mut gathering = Gathering::new(layout());
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
        gathering.push(&codes, month.to_string().parse().unwrap(), value, status, number);
    }
    let (large, _) = gathering.settle();
    assert_eq!(through_a_file(&large), large);
    assert!(large.bytes() > 140_000 * 13);
}

#[test]
fn a_file_of_something_else_is_refused() {
    for bytes in [&b""[..], b"PAR1", b"PAR1\0\0\0\0PAR1", &[0; 1000]] {
        assert_eq!(vintage::open(Bytes::from_static(bytes)).unwrap_err().code(), "INTERNAL");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_an_office_sends_is_what_the_vintage_holds(
        (figures, shuffled) in figures().prop_flat_map(|f| (Just(f.clone()), Just(f).prop_shuffle())),
        separator in prop::sample::select(vec![',', ';', '\t']),
    ) {
        let reading = read(csv(&shuffled, separator).as_bytes(), &layout(), &Columns::default(), Limits::default()).unwrap();
        prop_assert_eq!(reading.report.problems.len(), 0);
        let expected = cube(&figures);
        prop_assert_eq!(&reading.cube, &expected);

        let file = vintage::write(&reading.cube).unwrap();
        prop_assert_eq!(&file, &vintage::write(&expected).unwrap());
        let opened = vintage::open(Bytes::from(file)).unwrap();
        prop_assert_eq!(&opened, &expected);

        let mut held: Vec<String> = opened.observations().map(|o| format!("{o:?}")).collect();
        let mut sent: Vec<String> = figures
            .iter()
            .map(|(codes, p, value, status)| {
                let status = super::invented::status(*status);
                let codes = codes.to_vec();
                format!("{:?}", api::statistics::cube::Observation { codes, period: period(p), value: *value, status })
            })
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
        let mut file = vintage::write(&cube(&figures)).unwrap();
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        let _ = vintage::open(Bytes::from(file));
    }

    #[test]
    fn random_bytes_are_not_a_vintage(bytes in prop::collection::vec(any::<u8>(), 0..600), framed in any::<bool>()) {
        let bytes = if framed {
            let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
            [b"PAR1", bytes.as_slice(), &length, b"PAR1"].concat()
        } else {
            bytes
        };
        prop_assert!(vintage::open(Bytes::from(bytes)).is_err());
    }
}
