use api::statistics::{
    columns::{Columns, PeriodColumns},
    layout::Layout,
    reading::{Limits, Reading, read},
};
use proptest::prelude::*;

use super::invented::{layout, lines, scratch};

pub fn narrow() -> Layout {
    let mut layout = layout();
    layout.dimensions.truncate(1);
    layout.dimensions[0].codes = Some(["M", "F", "_T"].map(Into::into).into());
    layout
}

fn take(csv: impl AsRef<[u8]>) -> Reading {
    read(csv.as_ref(), &narrow(), &Columns::default(), Limits::default(), &scratch()).unwrap()
}

/// Each problem as `row column REASON suggestion`.
pub fn told(reading: &Reading) -> Vec<String> {
    let line = |p: &api::statistics::reading::RowProblem| {
        let meant = p.suggestion.as_ref().map(|meant| format!(" {meant}")).unwrap_or_default();
        format!("{} {} {}{meant}", p.row, p.column, p.reason.code())
    };
    reading.report.problems.iter().map(line).collect()
}

pub fn figures(reading: &Reading) -> Vec<String> {
    lines(&reading.file)
}

#[test]
fn a_file_is_read_whatever_its_separator_line_ends_and_mark_in_front() {
    let expected = ["F 2024-02 7 A", "M 2024-01 10 P"];
    for csv in [
        "SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nM,2024-01,10,P\nF,2024-02,7,\n",
        "\u{feff}sex;time_period;obs_value;obs_status\r\nM;2024-01;10;P\r\nF;2024-02;7;A",
        "TIME_PERIOD\tSEX\tOBS_STATUS\tOBS_VALUE\t\n2024-02\tF\tA\t7\t\n\"2024-01\"\t\" M \"\tP\t\"10\"\t\n",
        "SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\rM,2024-01,10,P\rF,2024-02,7,A\r",
    ] {
        let reading = take(csv);
        assert_eq!(told(&reading), [""; 0], "{csv}");
        assert_eq!(figures(&reading), expected, "{csv}");
    }
}

#[test]
fn the_report_counts_what_an_office_can_check_against_its_own_figures() {
    let report =
        take("SEX,TIME_PERIOD,OBS_VALUE\nM,2024-03,10\nF,2024-01,7\nF,2024-02,x\n_T,2023,5\n").report;
    assert_eq!((report.rows_read, report.accepted, report.refused, report.total), (4, 3, 1, 22));
    assert_eq!(report.first_period.unwrap().to_string(), "2023");
    assert_eq!(report.last_period.unwrap().to_string(), "2024-03");
    assert!(!report.is_clean());
}

#[test]
fn every_problem_names_its_line_and_what_would_be_right() {
    let reading = take(
        "SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n\
         M,2024-01,\"1,234\",A\n\
         f,2024-13,12.5,A\n\
         \n\
         H,2024-9,-3,A\n\
         ,2024-01,1,A\n\
         M,2024-02,,A\n\
         M,2024-03,5,Z\n\
         M,2024-04,5,Q\n\
         M,2024-05\n\
         M,2024-06,5,A\n\
         M,2024-06,6,A\n",
    );
    assert_eq!(
        told(&reading),
        [
            "2 OBS_VALUE NOT_A_NUMBER 1234",
            "3 SEX UNKNOWN F",
            "3 TIME_PERIOD NOT_A_PERIOD",
            "3 OBS_VALUE NOT_A_NUMBER",
            "5 SEX UNKNOWN",
            "5 TIME_PERIOD NOT_A_PERIOD 2024-09",
            "5 OBS_VALUE OUT_OF_RANGE",
            "6 SEX REQUIRED",
            "7 OBS_VALUE NOT_A_NUMBER",
            "8 OBS_STATUS UNKNOWN",
            "9 OBS_VALUE MALFORMED",
            "10  MALFORMED",
            "12 OBS_VALUE DUPLICATE",
        ]
    );
    assert_eq!(figures(&reading), ["M 2024-06 5 A"]);
    assert!(reading.report.problems[12].say.en.contains("row 11"));
    assert_eq!((reading.report.rows_read, reading.report.refused), (10, 9));
}

#[test]
fn a_problem_is_told_with_the_line_an_editor_shows() {
    for end in ["\n", "\r\n", "\r"] {
        let csv = [
            "SEX,TIME_PERIOD,OBS_VALUE,",
            "M,x,1,",
            "",
            "",
            "M,2024-01,1,\"two",
            "lines\"",
            "M,x,1,",
            "M,x,1,",
        ]
        .join(end);
        for tail in ["", end, &format!("{end}{end}\"M,x{end}")] {
            let told = told(&take(format!("{csv}{tail}")));
            assert_eq!(
                told[..3],
                ["2", "7", "8"].map(|row| format!("{row} TIME_PERIOD NOT_A_PERIOD")),
                "{end:?}"
            );
            assert_eq!(told.get(3).is_some(), tail.contains('M'), "{told:?}");
        }
    }
}

#[test]
fn no_value_is_never_zero() {
    let reading = take(
        "SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nM,2024-01,,Q\nM,2024-02,NaN,\nM,2024-03,NaN,O\nM,2024-04,0,A\n",
    );
    assert_eq!(
        figures(&reading),
        ["M 2024-01 none Q", "M 2024-02 none O", "M 2024-03 none O", "M 2024-04 0 A"]
    );
    assert_eq!(told(&take("SEX,TIME_PERIOD,OBS_VALUE\nM,2024-01,\n")), ["2 OBS_VALUE NOT_A_NUMBER"]);
}

#[test]
fn a_header_that_does_not_do_is_told_column_by_column() {
    assert_eq!(
        told(&take("SEXO,TIME_PERIOD,VALUE,TIME_PERIOD,AGE\n")),
        [
            "1 SEX WRONG_HEADER SEXO",
            "1 TIME_PERIOD WRONG_HEADER",
            "1 OBS_VALUE WRONG_HEADER",
            "1 SEXO WRONG_HEADER SEX",
            "1 VALUE WRONG_HEADER",
            "1 AGE WRONG_HEADER",
        ]
    );
    assert_eq!(told(&take("")), ["1  WRONG_HEADER"]);
    assert_eq!(told(&take([0xff, 0xfe, b'S', 0])), ["1  MALFORMED"]);
}

#[test]
fn columns_are_mapped_to_what_the_dataset_declares() {
    let columns = Columns {
        dimensions: [("SEX".into(), "Sexo".into())].into(),
        constants: [
            ("AGE".into(), "_T".into()),
            ("UNIT".into(), "EVENT".into()),
            ("REF_AREA".into(), "MX".into()),
        ]
        .into(),
        period: PeriodColumns::Days { first: "desde".into(), last: "hasta".into() },
        value: "casos".into(),
        status: Some("estado".into()),
        ignored: vec!["nota".into()],
        ..Columns::default()
    };
    let csv = "sexo;desde;hasta;casos;estado;nota\nM;2024-01-01;2024-12-12;5;P;\"dos\nlíneas\"\nF;2024-01-01;2024-13-12;5;P;\n";
    let reading = read(csv.as_bytes(), &layout(), &columns, Limits::default(), &scratch()).unwrap();
    assert_eq!(figures(&reading), ["M _T MX EVENT 2024-01-01/P347D 5 P"]);
    assert_eq!(told(&reading), ["4 hasta NOT_A_PERIOD"]);

    let wrong =
        Columns { constants: [("SEXO".into(), "M".into()), ("AGE".into(), "0-5".into())].into(), ..columns };
    let reading = read(csv.as_bytes(), &layout(), &wrong, Limits::default(), &scratch()).unwrap();
    assert_eq!(
        told(&reading),
        ["1 SEXO WRONG_HEADER SEX", "1 AGE WRONG_HEADER", "1 REF_AREA WRONG_HEADER", "1 UNIT WRONG_HEADER"]
    );
}

#[test]
fn latin_1_is_refused_with_advice_and_reading_stops() {
    let reading = take(b"SEX,TIME_PERIOD,OBS_VALUE\nM,2024-01,1\nNi\xf1o,2024-01,1\nx,x,x\n");
    assert_eq!(told(&reading), ["3 SEX MALFORMED"]);
    assert!(reading.report.problems[0].say.en.contains("CSV UTF-8"));
}

#[test]
fn a_file_has_limits() {
    let rows = |count| (0..count).map(|_| "M,x,1\n").collect::<String>();
    let csv = format!("SEX,TIME_PERIOD,OBS_VALUE\n{}", rows(300));
    let reading = take(&csv);
    assert_eq!((reading.report.problems.len(), reading.report.problem_count), (200, 300));

    let limits = Limits { max_rows: 10, ..Limits::default() };
    let reading = read(csv.as_bytes(), &narrow(), &Columns::default(), limits, &scratch()).unwrap();
    assert_eq!(told(&reading).last().unwrap(), "12  TOO_LARGE");

    let limits = Limits { max_bytes: 100, ..Limits::default() };
    let reading = read(csv.as_bytes(), &narrow(), &Columns::default(), limits, &scratch()).unwrap();
    assert!(told(&reading).last().unwrap().ends_with("TOO_LARGE"));

    let long = format!("SEX,TIME_PERIOD,OBS_VALUE\n{},2024,1\n\"M,2024,1\n{}", "M".repeat(1025), rows(300));
    assert_eq!(told(&take(&long)), ["2 SEX TOO_LARGE", "3 SEX TOO_LARGE"]);
    assert_eq!(take(&long).report.problems[0].value.len(), 80);
}

#[test]
fn of_too_many_problems_the_first_by_line_are_told() {
    let mut csv = "SEX,TIME_PERIOD,OBS_VALUE\nM,2024,1\nM,2024,2\n".to_owned();
    csv.extend((0..300).map(|_| "M,x,1\n"));
    let reading = take(&csv);
    assert_eq!(told(&reading)[0], "3 OBS_VALUE DUPLICATE");
    assert_eq!((reading.report.problems.len(), reading.report.problem_count), (200, 301));
    assert_eq!(reading.report.refused, 301);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        header in prop_oneof![Just(""), Just("SEX,TIME_PERIOD,OBS_VALUE\n"), Just("SEX;OBS_VALUE;TIME_PERIOD;OBS_STATUS\n")],
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            "([MF_T]{0,2}[,;]){0,1}(2024(-0[1-9])?)?[,;\"\r\n]{0,2}[0-9.]{0,3}[,;][AOQ]?[\r\n]{1,2}".prop_map(String::into_bytes),
            "[MF_TSEX,;\"\r\n\t0-9.-]{0,200}".prop_map(String::into_bytes),
        ],
    ) {
        let reading = take([header.as_bytes(), &body].concat());
        let report = &reading.report;
        prop_assert_eq!(report.accepted + report.refused, report.rows_read);
        prop_assert_eq!(report.is_clean(), report.problems.is_empty());
    }
}
