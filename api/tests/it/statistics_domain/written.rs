//! Files as offices write them: their letters, numbers, dates and tables; and what is refused however it is said.

use std::io::Read;

use api::statistics::{
    columns::{Across, Columns},
    conventions::{DateForm, Encoding, Numbers},
    layout::Layout,
    period::Period,
    reading::{Limits, Reading, read},
};
use chrono::NaiveDate;
use proptest::prelude::*;

use super::{
    invented::{layout, opened, scratch},
    reading::{figures, narrow, told},
};

fn take(bytes: impl AsRef<[u8]>, columns: &Columns) -> Reading {
    read(bytes.as_ref(), &narrow(), columns, Limits::default(), &scratch()).unwrap()
}

fn form(text: &str) -> Option<DateForm> {
    Some(text.to_owned().try_into().unwrap())
}

const HOUSE: &str = "Sexo;Año-mes;Número\nHombre;2024-01;7\nMujer;2024-01;9\n";

fn house(encoding: Encoding) -> Columns {
    let translations = [("Hombre", "M"), ("mujer", "F")].map(|(text, code)| (text.into(), code.into()));
    Columns {
        dimensions: [("SEX".into(), "sexo".into())].into(),
        translations: [("SEX".into(), translations.into())].into(),
        period: api::statistics::columns::PeriodColumns::One("año-MES".into()),
        value: "Número".into(),
        encoding,
        ..Columns::default()
    }
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn a_file_is_read_in_the_encoding_that_was_said() {
    for (bytes, encoding) in [
        (HOUSE.as_bytes().to_vec(), Encoding::Utf8),
        (latin(HOUSE), Encoding::Windows1252),
        (utf16(HOUSE, false, true), Encoding::Utf16Le),
        (utf16(HOUSE, false, false), Encoding::Utf16Le),
        (utf16(HOUSE, true, true), Encoding::Utf16Be),
    ] {
        let reading = take(bytes, &house(encoding));
        assert_eq!(told(&reading), [""; 0], "{encoding:?}");
        assert_eq!(figures(&reading), ["F 2024-01 9 A", "M 2024-01 7 A"], "{encoding:?}");
    }
}

#[test]
fn an_encoding_is_never_guessed_and_a_wrong_one_is_named() {
    for (bytes, said, words) in [
        (latin(HOUSE), Encoding::Utf8, "Latin-1"),
        (utf16(HOUSE, false, true), Encoding::Utf8, "UTF-16LE"),
        (utf16(HOUSE, false, false), Encoding::Utf8, "UTF-16LE"),
        (utf16(HOUSE, true, false), Encoding::Windows1252, "UTF-16BE"),
        (utf16(HOUSE, true, true), Encoding::Utf16Le, "UTF-16BE"),
        (format!("\u{feff}{HOUSE}").into_bytes(), Encoding::Windows1252, "UTF-8"),
    ] {
        let reading = take(bytes, &house(said));
        assert_eq!(reading.report.problems[0].reason.code(), "MALFORMED", "{said:?}");
        assert!(reading.report.problems[0].say.en.contains(words), "{}", reading.report.problems[0].say);
        assert!(opened(&reading.file).is_empty());
    }
    // Half a letter in the middle: what stands above was read, and what follows is not.
    let mut cut = utf16(&HOUSE.replace("9\n", "9\nMujer;2024-02;1\n"), false, true);
    let at = cut.len() - 20;
    cut.splice(at..at, [0x00, 0xd8]);
    let reading = take(cut, &house(Encoding::Utf16Le));
    assert!(told(&reading).last().unwrap().ends_with("MALFORMED"), "{:?}", told(&reading));
}

#[test]
fn months_side_by_side_become_rows() {
    let across = |header: &str, period: &str| Across {
        header: header.into(),
        period: Some(period.into()),
        codes: [].into(),
    };
    let columns = Columns {
        period: api::statistics::columns::PeriodColumns::One("año".into()),
        across: vec![across("enero", "-01"), across("febrero", "-02"), across("Total 2023", "2023")],
        ..Columns::default()
    };
    let csv = "SEX,año,Enero,FEBRERO,total 2023\nM,2024,7,8,100\nF,2024,9,,200\n";
    let reading = take(csv, &columns);
    assert_eq!(told(&reading), ["3 FEBRERO NOT_A_NUMBER"]);
    let reading = take(csv, &Columns { skip_blank: true, ..columns.clone() });
    assert_eq!(told(&reading), [""; 0]);
    assert_eq!(
        figures(&reading),
        ["F 2023 200 A", "F 2024-01 9 A", "M 2023 100 A", "M 2024-01 7 A", "M 2024-02 8 A"]
    );
    assert_eq!((reading.report.rows_read, reading.report.accepted), (2, 5));
    // The same month in two columns is the same figure twice.
    let twice = Columns { across: vec![across("enero", "-01"), across("febrero", "-01")], ..columns };
    let reading = take("SEX,año,Enero,FEBRERO\nM,2024,7,8\n", &twice);
    assert_eq!(told(&reading), ["2 OBS_VALUE DUPLICATE"]);
}

#[test]
fn codes_side_by_side_become_rows() {
    let across = |header: &str, code: &str| Across {
        header: header.into(),
        period: None,
        codes: [("SEX".into(), code.into())].into(),
    };
    let columns =
        Columns { across: vec![across("Hombres", "M"), across("Mujeres", "F")], ..Columns::default() };
    let reading = take("TIME_PERIOD,hombres,mujeres\n2024-01,7,9\n", &columns);
    assert_eq!(told(&reading), [""; 0]);
    assert_eq!(figures(&reading), ["F 2024-01 9 A", "M 2024-01 7 A"]);
    for wrong in [
        vec![across("hombres", "M"), Across { codes: [].into(), ..across("mujeres", "F") }],
        vec![across("hombres", "M"), across("mujeres", "X")],
        vec![across("hombres", "M"), across("nadie", "F")],
    ] {
        let reading =
            take("TIME_PERIOD,hombres,mujeres\n2024-01,7,9\n", &Columns { across: wrong, ..columns.clone() });
        assert!(told(&reading).iter().any(|told| told.contains("WRONG_HEADER")), "{:?}", told(&reading));
        assert!(opened(&reading.file).is_empty());
    }
}

#[test]
fn numbers_are_read_with_the_marks_that_were_said_and_no_others() {
    let mut layout = narrow();
    layout.decimals = 1;
    let take = |csv: &str, decimal, thousands| {
        let columns = Columns { numbers: Numbers { decimal, thousands }, ..Columns::default() };
        read(csv.as_bytes(), &layout, &columns, Limits::default(), &scratch()).unwrap()
    };
    let rows = |figures: &[&str]| {
        let row = |(at, figure): (usize, &&str)| format!("M;{};{figure}\n", 2000 + at);
        format!("SEX;TIME_PERIOD;OBS_VALUE\n{}", figures.iter().enumerate().map(row).collect::<String>())
    };
    for (good, decimal, thousands) in [
        (&["1.234,5", "1234,5", "12.345.678", "0,5"][..], ',', Some('.')),
        (&["1,234.5", "1234.5", "12,345,678", "0.5"], '.', Some(',')),
        (&["1 234,5", "1\u{a0}234,5", "1\u{202f}234", "7"], ',', Some(' ')),
        (&["1'234.5", "1234", "7", "0.1"], '.', Some('\'')),
    ] {
        let reading = take(&rows(good), decimal, thousands);
        assert_eq!(told(&reading), [""; 0], "{good:?}");
        assert_eq!(figures(&reading)[0], "M 2000 12345 A");
    }
    let bad = [
        "1,234.5",
        "1.23,5",
        "1.2345",
        ".5",
        "5,",
        "1..234",
        "1.234,5,6",
        "1e3",
        "1e400",
        "",
        "- 5",
        "١٢",
        "5.0",
    ];
    let reading = take(&rows(&bad), ',', Some('.'));
    assert_eq!(reading.report.refused, bad.len() as u64, "{:?}", told(&reading));
    assert!(opened(&reading.file).is_empty());
    let negative = take(&rows(&["-1.234,5"]), ',', Some('.'));
    assert_eq!(told(&negative), ["2 OBS_VALUE OUT_OF_RANGE"]);
    // Nothing said: thousands both ways are refused.
    let plain = take(&rows(&["1,234", "1.234", "1e400"]), '.', None);
    assert_eq!(plain.report.refused, 3);
}

#[test]
fn dates_are_read_in_the_form_that_was_said_and_in_no_other() {
    let rows = "SEX,TIME_PERIOD,OBS_VALUE\nM,13/09/2024,1\nM,2024-09-14,1\nM,09/15/2024,1\nM,1/2/2024,1\n";
    let said = |dates: &str| take(rows, &Columns { dates: form(dates), ..Columns::default() });
    let european = said("DD/MM/YYYY");
    assert_eq!(told(&european), ["3 TIME_PERIOD NOT_A_PERIOD", "4 TIME_PERIOD NOT_A_PERIOD"]);
    assert_eq!(figures(&european), ["M 2024-02-01 1 A", "M 2024-09-13 1 A"]);
    let american = said("MM/DD/YYYY");
    assert_eq!(told(&american), ["2 TIME_PERIOD NOT_A_PERIOD", "3 TIME_PERIOD NOT_A_PERIOD"]);
    // Not said at all: three forms in one column, and only that of the standard is taken.
    let plain = take(rows, &Columns::default());
    assert_eq!(
        told(&plain),
        ["2 TIME_PERIOD NOT_A_PERIOD 2024-09-13", "4 TIME_PERIOD NOT_A_PERIOD", "5 TIME_PERIOD NOT_A_PERIOD"]
    );
    for (written, text, period) in [
        ("MM/YYYY", "9/2024", Some("2024-09")),
        ("YYYYMM", "202409", Some("2024-09")),
        ("YYYYMM", "20249", None),
        ("MMMM YYYY", "Septiembre 2024", Some("2024-09")),
        ("MMMM YYYY", "setiembre 2024", Some("2024-09")),
        ("MMMM-YYYY", "ene.-2024", Some("2024-01")),
        ("MMMM YYYY", "Dec 2024", Some("2024-12")),
        ("MMMM de YYYY", "mayo de 2024", Some("2024-05")),
        ("MMMM YYYY", "brumario 2024", None),
        ("YYYY", "2024", Some("2024")),
        ("DD/MM/YYYY", "30/02/2024", None),
        ("DD/MM/YYYY", "01/01/24", None),
        ("DD/MM/YYYY", "01/01/2024 ", None),
    ] {
        let found = form(written).unwrap().period(text).ok().map(|period| period.to_string());
        assert_eq!(found.as_deref(), period, "{written} {text}");
    }
    for wrong in ["", "DD", "DD/YYYY", "YYYY YYYY", "MM/MMMM/YYYY", "YY/MM/DD", "DD/MM/YYYY hh:mm:ss MMMM"] {
        assert!(DateForm::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}

#[test]
fn a_header_may_stand_below_a_title() {
    let csv =
        "Repatriaciones; 2024\n\n\"Fuente: INM;\n SEGOB\"\nSEX,TIME_PERIOD,OBS_VALUE\nM,2024-01,7\nM,x,7\n";
    let reading = take(csv, &Columns { header_row: 5, ..Columns::default() });
    assert_eq!(told(&reading), ["7 TIME_PERIOD NOT_A_PERIOD"]);
    assert_eq!(opened(&reading.file).len(), 1);
    for row in [2, 3, 9] {
        let reading = take(csv, &Columns { header_row: row, ..Columns::default() });
        assert_eq!(reading.report.problems[0].reason.code(), "WRONG_HEADER", "{row}");
    }
}

/// More rows than anybody would write to a disk.
struct Endless {
    rows: u64,
    given: usize,
    pulled: u64,
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        const HEADER: &[u8] = b"SEX,TIME_PERIOD,OBS_VALUE\n";
        const ROW: &[u8] = b"M,x,1\n";
        let from = if self.pulled == 0 { HEADER } else { ROW };
        let some = (from.len() - self.given).min(into.len());
        into[..some].copy_from_slice(&from[self.given..self.given + some]);
        self.given += some;
        if self.given == from.len() {
            (self.given, self.pulled) = (0, self.pulled + 1);
        }
        Ok(if self.pulled > self.rows { 0 } else { some })
    }
}

#[test]
fn a_hundred_million_rows_are_refused_at_the_bound() {
    let limits = Limits { max_rows: 100_000, max_bytes: u64::MAX };
    let mut source = Endless { rows: 100_000_000, given: 0, pulled: 0 };
    let reading = read(&mut source, &narrow(), &Columns::default(), limits, &scratch()).unwrap();
    assert_eq!(reading.report.rows_read, 100_000);
    assert_eq!(reading.report.problem_count, 100_001);
    assert!(source.pulled < 200_000, "it was read on: {}", source.pulled);
}

fn any_layout() -> Layout {
    let mut layout = layout();
    layout.dimensions.truncate(2);
    layout
}

proptest! {
    #[test]
    fn no_bytes_and_no_mapping_make_the_reader_panic(
        body in prop_oneof![
            "[A-Z_\\[\\];,:. #~0-9\n\"-]{0,200}".prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 0..300),
        ],
        start in prop_oneof![
            Just(""), Just("SEX,AGE,TIME_PERIOD,OBS_VALUE\n"), Just("STRUCTURE[;];STRUCTURE_ID;ACTION;SEX;TIME_PERIOD;OBS_VALUE\n"),
            Just("PK\u{3}\u{4}"), Just("\u{feff}STRUCTURE,STRUCTURE_ID\n"),
        ],
        encoding in prop_oneof![
            Just(Encoding::Utf8), Just(Encoding::Windows1252), Just(Encoding::Utf16Le), Just(Encoding::Utf16Be)
        ],
        header_row in 1u32..4,
        dates in proptest::option::of("(DD|MM|YYYY|MMMM|[ /.-]){1,5}"),
    ) {
        let columns = Columns {
            encoding, header_row, dates: dates.and_then(|text| text.try_into().ok()),
            numbers: Numbers { decimal: ',', thousands: Some('.') }, ..Columns::default()
        };
        let bytes = [start.as_bytes(), &body].concat();
        let reading = read(&*bytes, &any_layout(), &columns, Limits::default(), &scratch()).unwrap();
        prop_assert!(reading.report.accepted <= reading.report.rows_read);
    }

    #[test]
    fn a_date_is_read_as_it_was_written(
        day in (0i32..80_000).prop_map(|n| NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + chrono::Days::new(n as u64)),
        written in prop_oneof![Just("DD/MM/YYYY"), Just("MM-DD-YYYY"), Just("YYYYMMDD"), Just("DD de MMMM de YYYY"), Just("DD.MM.YYYY")],
    ) {
        let form = form(written).unwrap();
        prop_assert_eq!(form.period(&form.write(day)), Ok(Period::between(day, day).unwrap()));
    }

    #[test]
    fn a_number_is_read_as_its_office_writes_it(value in 0i64..1_000_000_000_000, decimals in 0u8..4, spanish: bool) {
        let plain = api::statistics::figure::write(value, decimals);
        let (whole, fraction) = plain.split_once('.').map_or((plain.as_str(), None), |(w, f)| (w, Some(f)));
        let (decimal, thousands) = if spanish { (',', '.') } else { ('.', ',') };
        let digits: Vec<char> = whole.chars().collect();
        let mut grouped = String::new();
        for (at, digit) in digits.iter().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(thousands);
            }
            grouped.push(*digit);
        }
        let text = fraction.map_or(grouped.clone(), |fraction| format!("{grouped}{decimal}{fraction}"));
        let numbers = Numbers { decimal, thousands: Some(thousands) };
        prop_assert_eq!(numbers.plain(&text).unwrap(), plain);
    }
}
