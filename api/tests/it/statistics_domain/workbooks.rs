//! Excel workbooks: what is read of them, and what of them is refused unread.

use std::io::{Cursor, Write};

use api::statistics::{
    columns::Columns,
    reading::{Limits, Reading, read},
};
use proptest::prelude::*;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    invented::{opened, scratch},
    reading::{figures, narrow, told},
};

const HEADER: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>SEX</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>TIME_PERIOD</t></is></c><c r=\"C1\" t=\"inlineStr\"><is><t>OBS_VALUE</t></is></c></row>";

/// A row of 7 men of 2024.
pub const FIRST_ROW: &str = "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>M</t></is></c><c r=\"B2\"><v>2024</v></c><c r=\"C2\"><v>7</v></c></row>";

/// A workbook of these parts besides those that every one has.
pub fn parcel(parts: &[(&str, &str)]) -> Vec<u8> {
    let usual = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", relations(&[("rId1", "officeDocument", "xl/workbook.xml")])),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "worksheet", "worksheets/sheet2.xml")]),
        ),
        (
            "xl/styles.xml",
            "<styleSheet><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>".to_owned(),
        ),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let usual = usual.iter().map(|(name, text)| (*name, text.as_str()));
    let given: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
    for (name, text) in usual.filter(|(name, _)| !given.contains(name)).chain(parts.iter().copied()) {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn relations(of: &[(&str, &str, &str)]) -> String {
    let one = |(id, kind, target): &(&str, &str, &str)| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
        )
    };
    format!("<Relationships>{}</Relationships>", of.iter().map(one).collect::<String>())
}

fn book(sheets: &[&str]) -> String {
    let one = |(at, name): (usize, &&str)| {
        format!("<sheet name=\"{name}\" sheetId=\"{0}\" r:id=\"rId{0}\"/>", at + 1)
    };
    format!(
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{}</sheets></workbook>",
        sheets.iter().enumerate().map(one).collect::<String>()
    )
}

fn sheet(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

/// A workbook of one sheet, its header and these rows.
pub fn workbook(rows: &str) -> Vec<u8> {
    parcel(&[
        ("xl/workbook.xml", &book(&["Hoja1"])),
        ("xl/worksheets/sheet1.xml", &sheet(&format!("{HEADER}{rows}"))),
    ])
}

fn row(number: u32, sex: &str, rest: &str) -> String {
    format!("<row r=\"{number}\"><c r=\"A{number}\" t=\"inlineStr\"><is><t>{sex}</t></is></c>{rest}</row>")
}

fn take_with(bytes: &[u8], columns: &Columns) -> Reading {
    read(bytes, &narrow(), columns, Limits::default(), &scratch()).unwrap()
}

fn take(bytes: &[u8]) -> Reading {
    take_with(bytes, &Columns::default())
}

/// One problem, which says this.
#[track_caller]
fn refused(reading: &Reading, reason: &str, words: &str) {
    let problem = reading.report.problems.first().expect("it was accepted");
    assert!(problem.reason.code() == reason && problem.say.en.contains(words), "{problem:?}");
    assert!(opened(&reading.file).is_empty());
}

#[test]
fn cells_are_read_as_texts_numbers_and_dates() {
    let rows = [
        row(2, "M", "<c r=\"B2\" t=\"inlineStr\"><is><t>2024-01</t></is></c><c r=\"C2\"><v>7</v></c>"),
        // A date cell is a day; a blank row and a blank cell beyond the table are nothing.
        row(4, "F", "<c r=\"B4\" s=\"1\"><v>45548</v></c><c r=\"C4\"><v>9.0</v></c><c r=\"D4\" s=\"1\"/>"),
        row(5, "F", "<c r=\"B5\"><v>2023</v></c><c r=\"C5\" t=\"str\"><v>11</v></c>"),
    ];
    let reading = take(&workbook(&rows.concat()));
    assert_eq!(told(&reading), [""; 0]);
    assert_eq!(figures(&reading), ["F 2023 11 A", "F 2024-09-13 9 A", "M 2024-01 7 A"]);
    // In the form that was said, the same date cell stands for its month.
    let months = Columns { dates: Some("MM/YYYY".to_owned().try_into().unwrap()), ..Columns::default() };
    let only = workbook(&row(2, "M", "<c r=\"B2\" s=\"1\"><v>45548</v></c><c r=\"C2\"><v>7</v></c>"));
    assert_eq!(figures(&take_with(&only, &months)), ["M 2024-09 7 A"]);
}

#[test]
fn a_problem_is_told_with_its_row_of_the_sheet() {
    let rows = [
        row(2, "M", "<c r=\"B2\"><v>2024</v></c><c r=\"C2\"><v>7.25</v></c>"),
        row(7, "X", "<c r=\"B7\"><v>2024</v></c><c r=\"C7\"><v>1e300</v></c>"),
        row(8, "M", "<c r=\"B8\"><v>2023</v></c><c r=\"C8\" t=\"e\"><v>#DIV/0!</v></c>"),
        row(9, "M", "<c r=\"B9\"><v>2022</v></c><c r=\"C9\"><v>1</v></c><c r=\"D9\"><v>5</v></c>"),
        row(10, "M", "<c r=\"B10\"><v>2021</v></c>"),
    ];
    let reading = take(&workbook(&rows.concat()));
    assert_eq!(
        told(&reading),
        [
            "2 OBS_VALUE NOT_A_NUMBER",
            "7 SEX UNKNOWN",
            "7 OBS_VALUE NOT_A_NUMBER",
            "8 OBS_VALUE NOT_A_NUMBER",
            "9  MALFORMED",
            "10 OBS_VALUE NOT_A_NUMBER",
        ]
    );
}

#[test]
fn a_formula_is_refused_unless_its_last_value_is_asked_for() {
    let rows = [
        row(2, "M", "<c r=\"B2\"><v>2024</v></c><c r=\"C2\"><f>SUM(1,6)</f><v>7</v></c>"),
        row(3, "F", "<c r=\"B3\"><v>2024</v></c><c r=\"C3\"><f t=\"shared\" si=\"999999999999\" ref=\"C3:C4\">1</f><v>9</v></c>"),
    ]
    .concat();
    let reading = take(&workbook(&rows));
    assert_eq!(told(&reading), ["2 OBS_VALUE MALFORMED", "3 OBS_VALUE MALFORMED"]);
    assert!(reading.report.problems[0].say.en.contains("formula") && reading.report.problems[0].value == "7");
    let cached = Columns { cached_values: true, ..Columns::default() };
    assert_eq!(figures(&take_with(&workbook(&rows), &cached)), ["F 2024 9 A", "M 2024 7 A"]);
}

#[test]
fn of_several_sheets_one_is_named() {
    let two = |columns: &Columns| {
        let empty = sheet("");
        let rows =
            sheet(&format!("{HEADER}{}", row(2, "M", "<c r=\"B2\"><v>2024</v></c><c r=\"C2\"><v>7</v></c>")));
        let parts = [
            ("xl/workbook.xml", book(&["Portada", "Datos"])),
            ("xl/worksheets/sheet1.xml", empty),
            ("xl/worksheets/sheet2.xml", rows),
        ];
        let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        take_with(&parcel(&parts), columns)
    };
    let named = |name: &str| Columns { sheet: Some(name.into()), ..Columns::default() };
    refused(&two(&Columns::default()), "REQUIRED", "`Portada`, `Datos`");
    refused(&two(&named("Dato")), "UNKNOWN", "Datos");
    refused(&two(&named("Portada")), "WRONG_HEADER", "empty");
    assert_eq!(figures(&two(&named("Datos"))), ["M 2024 7 A"]);
}

#[test]
fn a_workbook_that_swells_is_refused_before_it_is_opened() {
    let spaces = " ".repeat(40 << 20);
    let bomb = workbook(&format!("<row r=\"2\"></row>{spaces}"));
    assert!(bomb.len() < 100 << 10, "{}", bomb.len());
    refused(&take(&bomb), "TOO_LARGE", "swell");
    let texts = format!("<sst uniqueCount=\"1\"><si><t>{}</t></si></sst>", "x".repeat(70 << 20));
    let heavy = parcel(&[("xl/workbook.xml", &book(&["A"])), ("xl/sharedStrings.xml", &texts)]);
    refused(&take(&heavy), "TOO_LARGE", "MB");
    // It says that it holds more texts than it has bytes: room for them would be set aside.
    let texts = "<sst uniqueCount=\"999999999999999\"><si><t>M</t></si></sst>";
    let liar = parcel(&[
        ("xl/workbook.xml", &book(&["A"])),
        ("xl/sharedStrings.xml", texts),
        ("xl/worksheets/sheet1.xml", &sheet(HEADER)),
    ]);
    refused(&take(&liar), "MALFORMED", "can be read");
    let many: Vec<String> = (0..1_100).map(|at| format!("xl/part{at}.xml")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    refused(&take(&parcel(&many)), "TOO_LARGE", "MB");
}

#[test]
fn macros_passwords_and_what_is_no_workbook_are_refused_with_words() {
    let rows = sheet(HEADER);
    let parts = [
        ("xl/workbook.xml", book(&["A"])),
        ("xl/worksheets/sheet1.xml", rows),
        ("xl/vbaProject.bin", "x".into()),
    ];
    let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    refused(&take(&parcel(&parts)), "MALFORMED", "macros");
    refused(&take(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]), "MALFORMED", "password");
    refused(&take(b"PK\x03\x04 and nothing more"), "MALFORMED", "can be read");
    refused(&take(&parcel(&[("word/document.xml", "<x/>")])), "MALFORMED", "can be read");
    let whole = workbook(&row(2, "M", "<c r=\"B2\"><v>2024</v></c><c r=\"C2\"><v>7</v></c>"));
    refused(&take(&whole[..whole.len() / 2]), "MALFORMED", "can be read");
    for odd in [
        // Rows that go back, cells that go back, a cell further out than any table.
        "<row r=\"3\"><c r=\"A3\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>",
        "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c></row>",
        "<row r=\"2\"><c r=\"XFD2\"><v>1</v></c></row>",
        "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>77</v></c></row>",
    ] {
        let reading = take(&workbook(odd));
        assert!(
            !reading.report.is_clean() && opened(&reading.file).is_empty(),
            "{odd}: {:?}",
            told(&reading)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_damage_to_a_workbook_makes_the_reader_panic(flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut: prop::sample::Index) {
        let rows = row(2, "M", "<c r=\"B2\" s=\"1\"><v>45548</v></c><c r=\"C2\"><f>1</f><v>7</v></c>");
        let mut bytes = workbook(&rows);
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let end = bytes.len() - cut.index(4).min(3);
        let reading = take(&bytes[..end]);
        prop_assert!(opened(&reading.file).len() <= 1);
    }

    #[test]
    fn no_rows_of_a_sheet_make_the_reader_panic(rows in "(<row r=\"[0-9]{1,7}\">(<c r=\"[A-Z]{1,3}[0-9]{0,7}\"( t=\"(s|b|e|n|d|str)\")?( s=\"[0-9]\")?>(<f>x</f>)?<v>[0-9.eE:T-]{0,12}</v></c>){0,4}</row>){0,6}") {
        take(&workbook(&rows));
    }
}
