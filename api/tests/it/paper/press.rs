//! The second program by itself: what it makes of hostile documents.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{handed, kept_and_read_aloud, pages, press, run};

/// A document of these pieces.
pub fn document(blocks: Value) -> Value {
    json!({
        "langs": ["es"], "kind": "Papel", "title": "Título", "owner": "México", "legend": [], "mark": "TLP:AMBER",
        "stamps": [], "hashes": [{ "label": "SHA-256:", "value": "abc" }], "dated": [2025, 1, 16, 15, 0, 0],
        "blocks": blocks,
    })
}

fn paragraph(text: &str) -> Value {
    json!({ "block": "paragraph", "text": text })
}

#[track_caller]
fn said(document: &Value) -> String {
    let output = press(document);
    assert!(output.status.success(), "{:?} {}", output.status, String::from_utf8_lossy(&output.stderr));
    pages(&output.stdout).join(" ")
}

const HOSTILE: [&str; 14] = [
    "#import \"@preview/cetz:0.3.0\"",
    "#read(\"/etc/passwd\")",
    "#include \"/etc/hostname\"",
    "#sys.inputs #panic(\"no\")",
    "$ sum_(k=0)^n k $",
    "\\ \\u{1f600} \\#",
    "*fuerte* _énfasis_ `crudo` = Título",
    "<script>alert(1)</script> <etiqueta> @referencia",
    "// comentario /* otro */",
    "- lista\n+ lista\n/ término: x",
    "#set page(header: none, footer: none)",
    "{{ 7*7 }} ${jndi:ldap://x}",
    "~ -- --- ... '\"' https://example.org/#x",
    "\\input{/etc/passwd} \\write18{id}",
];

#[test]
fn what_is_markup_elsewhere_is_printed_as_it_was_written() {
    for text in HOSTILE {
        let blocks = json!([
            { "block": "heading", "level": 1, "text": text },
            paragraph(text),
            { "block": "facts", "rows": [[text, { "es": text, "en": text }]] },
            { "block": "table", "columns": [{ "head": text, "width": 1, "number": false }], "rows": [[text], [[text, text]]] },
        ]);
        let mut paper = document(blocks);
        for field in ["title", "owner", "kind"] {
            paper[field] = json!(text);
        }
        paper["stamps"] = json!([text]);
        paper["langs"] = json!(["es", "en"]);
        let printed = run(&said(&paper));
        let wanted = run(text);
        let times = printed.matches(&wanted).count();
        assert!(times >= 10, "{text}: {times} times in {printed}");
        assert!(!printed.contains("root:x:") && printed.contains("TLP:AMBER"), "{printed}");
    }
}

#[test]
fn letters_without_a_shape_and_turns_of_direction_are_seen_and_turn_nothing() {
    let printed = run(&said(&document(json!([
        paragraph("antes\u{202e}odreucA\u{2066}\u{0}\u{1b}[31m\u{7f}\u{feff}después"),
        paragraph("שלום مرحبا 你好 😀 Ω ж ñ Ñ á é í ó ú ü ¿¡ Ł ő ẞ"),
        paragraph(&format!("zalgo{}", "\u{301}\u{302}\u{303}".repeat(3_000))),
    ]))));
    assert!(
        printed.contains("antes\u{fffd}odreucA\u{fffd}\u{fffd}\u{fffd}[31m\u{fffd}\u{fffd}después"),
        "{printed}"
    );
    assert!(printed.contains("ñÑáéíóúü¿¡Łőẞ"), "{printed}");
}

#[test]
fn a_word_longer_than_its_line_is_broken_and_no_letter_of_it_lost() {
    let word = "Ñandutí".repeat(60);
    let table = json!({ "block": "table",
        "columns": [{ "head": "A", "width": 1, "number": false }, { "head": "B", "width": 9, "number": true }],
        "rows": [[word, "1"]] });
    let printed = run(&said(&document(json!([table, paragraph(&word)]))));
    assert_eq!(printed.matches(&word).count(), 2, "{printed}");
}

#[test]
fn every_page_says_what_it_is_and_which_it_is() {
    let rows: Vec<Value> = (0..300).map(|row| json!([format!("fila {row}"), "x"])).collect();
    let columns = json!([{ "head": "Uno", "width": 3, "number": false }, { "head": "Dos", "width": 1, "number": true }]);
    let mut paper = document(json!([{ "block": "table", "columns": columns, "rows": rows }]));
    paper["stamps"] = json!([{ "es": "SIMULACRO", "en": "EXERCISE" }]);
    paper["legend"] = json!(["Información reservada"]);
    paper["revision"] = json!("Revisión 7");
    let output = press(&paper);
    let pages = pages(&output.stdout);
    assert!(pages.len() > 5, "{}", pages.len());
    for (at, page) in pages.iter().enumerate() {
        let number = format!("Página {} de {}", at + 1, pages.len());
        for word in
            ["TLP:AMBER", "SIMULACRO", "reservada", "Revisión 7", "SHA-256: abc", "México", "Uno", &number]
        {
            assert!(run(page).contains(&run(word)), "{word}: {page}");
        }
    }
}

#[test]
fn the_same_document_is_the_same_bytes() {
    let paper = document(json!([{ "block": "heading", "level": 1, "text": "dos" }, paragraph("uno")]));
    let (one, other) = (press(&paper), press(&paper));
    assert!(one.status.success());
    assert_eq!(one.stdout, other.stdout);
    assert!(kept_and_read_aloud(&one.stdout));
}

#[test]
fn what_is_no_document_is_refused_and_what_is_too_large_too() {
    for (bytes, code) in [
        (b"".to_vec(), 2),
        (b"[]".to_vec(), 2),
        (b"{\"a\":".to_vec(), 2),
        (b"{\"block\":1}".to_vec(), 4),
        (vec![0xff; 100], 2),
        (format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes(), 2),
        (format!("\"{}\"", "x".repeat(10 << 20)).into_bytes(), 3),
    ] {
        let begun = Instant::now();
        let output = handed(&bytes);
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty() && begun.elapsed() < Duration::from_secs(20));
    }
    let mut unknown = document(json!([]));
    unknown["blocks"] = json!(7);
    assert_eq!(press(&unknown).status.code(), Some(4));
}
