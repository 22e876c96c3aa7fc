//! Documents made to hurt. Each is refused before what it would hurt sees it; the time allowed is
//! generous, since what is not refused early takes minutes.

use std::time::{Duration, Instant};

use api::{gate::Refusal, text::Lang};
use serde_json::{Map, json};

use super::gate;

fn refused_at_once(query: &str) -> Refusal {
    let gate = gate();
    let start = Instant::now();
    let refusal = gate.admit(query, None, &Map::new()).expect_err("a bomb");
    let response = refusal.response(Lang::En);
    let took = start.elapsed();
    println!("{took:?} {:?} {}", refusal.kind(), json!(response)["errors"][0]["message"]);
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(json!(response).to_string().len() < 10_000);
    refusal
}

fn limited(query: &str) {
    let refusal = refused_at_once(query);
    assert_eq!((refusal.kind(), refusal.code()), ("limit", "LIMITED"));
}

fn repeat(times: usize, part: impl Fn(usize) -> String) -> String {
    (0..times).map(part).collect()
}

#[test]
fn a_hundred_thousand_aliases() {
    limited(&format!("{{ {} }}", repeat(100_000, |n| format!("a{n}:slow "))));
    // Within the length and the tokens, too.
    limited(&format!("{{ {} }}", repeat(3_600, |n| format!("a{n}:slow "))));
}

#[test]
fn one_field_written_again_and_again() {
    limited(&format!("{{ {} }}", repeat(7_000, |_| "slow ".into())));
    limited(&format!("{{ {} }}", repeat(21, |_| "slow ".into())));
    limited(&format!("{{ {} }}", repeat(2_900, |_| "plan{id} ".into())));
}

#[test]
fn fragments_that_double_thirty_times() {
    let chain = repeat(30, |n| format!("fragment F{n} on Plan{{...F{0} ...F{0}}}", n + 1));
    limited(&format!("{{plan{{...F0}}}}{chain}fragment F30 on Plan{{id}}"));
    let inline = repeat(14, |n| format!("fragment F{n} on Plan{{owner{{...F{0} ...F{0}}}}}", n + 1));
    limited(&format!("{{plan{{...F0}}}}{inline}fragment F14 on Plan{{id}}"));
    let typename = repeat(28, |n| format!("fragment F{n} on Query{{...F{0} ...F{0}}}", n + 1));
    limited(&format!("{{...F0}}{typename}fragment F28 on Query{{__typename}}"));
}

#[test]
fn fragments_without_end() {
    for query in [
        "{plan{...A}}fragment A on Plan{...A}",
        "{plan{...A}}fragment A on Plan{...B ...B}fragment B on Plan{...A ...A}",
        "{plan{...A}}fragment A on Plan{owner{...B}}fragment B on Plan{owner{...C}}fragment C on Plan{owner{...B}}",
        "{plan{id}}fragment A on Plan{...A}",
    ] {
        assert_eq!(refused_at_once(query).kind(), "validation", "{query}");
    }
    let ring = repeat(1_100, |n| format!("fragment F{n} on Plan{{...F{}}}", (n + 1) % 1_100));
    limited(&format!("{{plan{{...F0}}}}{ring}"));
}

#[test]
fn a_chain_of_fragments_as_long_as_the_document() {
    let chain = repeat(1_100, |n| format!("fragment F{n} on Plan{{...F{}}}", n + 1));
    limited(&format!("{{plan{{...F0}}}}{chain}fragment F1100 on Plan{{id}}"));
    let backward = repeat(1_100, |n| format!("fragment F{} on Plan{{...F{}}}", 1_100 - n, 1_099 - n));
    limited(&format!("{{plan{{...F1100}}}}{backward}fragment F0 on Plan{{id}}"));
}

#[test]
fn brackets_within_brackets() {
    let nested = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    limited(&format!("{{plan{}}}", nested("{owner", "}", 16)).replace("owner}", "owner{id}}"));
    limited(&format!("{{plan{}}}", nested("{owner", "}", 7_000)).replace("owner}", "owner{id}}"));
    limited(&format!("{{{}}}", nested("...{", "}", 3_000)));
    limited(&format!("{{echo(value:{})}}", nested("[", "]", 7_000)));
    limited(&format!("{{echo(value:{})}}", nested("{a:", "}", 3_000)));
    limited(&format!("query($v:{}){{echo(value:$v)}}", nested("[", "]", 7_000)));
    // What is never closed.
    for open in ["{", "[", "{a(b:[", "{a{", "query(", "{...on Plan{", "{a(b:{c:", "{a@b(c:["] {
        refused_at_once(&open.repeat(90_000 / open.len()));
    }
}

#[test]
fn introspection_of_introspection() {
    let inner = "fields{type{".repeat(6) + "name" + &"}}".repeat(6);
    limited(&format!("{{__schema{{types{{{inner}}}}}}}"));
    let twice = format!("a:__type(name:\"Plan\"){{{inner}}}b:__type(name:\"Plan\"){{{inner}}}");
    limited(&format!("{{{twice}}}"));
    let wide = "fields{type{fields{type{name}}}}".repeat(1_000);
    limited(&format!("{{__schema{{types{{{wide}}}}}}}"));
    let deep = "ofType{".repeat(40) + "name" + &"}".repeat(40);
    limited(&format!("{{__schema{{types{{{deep}}}}}}}"));
}

#[test]
fn long_literals_and_long_names() {
    let long = "x".repeat(99_000);
    for query in [
        format!("{{limited(n:\"{long}\")}}"),
        format!("{{{long}}}"),
        format!("{{limited(n:{})}}", "9".repeat(99_000)),
        format!("{{find(by:{{{long}:1}})}}"),
        format!("{{echo(value:1e{})}}", "9".repeat(90_000)),
        format!("#{long}"),
        format!("\"\"\"{long}"),
    ] {
        assert_eq!(refused_at_once(&query).code(), "BAD_REQUEST");
    }
}

#[test]
fn errors_and_variables_by_the_thousand() {
    refused_at_once(&format!("{{ {} }}", repeat(4_900, |n| format!("x{n} "))));
    refused_at_once(&format!("{{ {} }}", repeat(1_100, |n| format!("x{n}(a:{n}) "))));
    refused_at_once(&format!("query({}){{slow}}", repeat(2_400, |n| format!("$v{n}:Int "))));
    refused_at_once(&format!("query({}){{slow}}", repeat(2_400, |_| "$v:Int ".into())));
    refused_at_once(&format!("{{plan({}){{id}}}}", repeat(3_400, |n| format!("a{n}:1 "))));
    refused_at_once(&format!("{{plan({}){{id}}}}", repeat(3_400, |_| "id:1 ".into())));
    refused_at_once(&format!("{{find(by:{{{}}})}}", repeat(3_400, |n| format!("a{n}:1 "))));
    refused_at_once(&format!("{{slow {}}}", repeat(4_900, |_| "@skip ".into())));
    refused_at_once(&repeat(2_400, |n| format!("query Q{n}{{slow}}")));
    refused_at_once(&repeat(1_300, |n| format!("fragment F{n} on Plan{{id}}")));
    refused_at_once(&"! ".repeat(7_000));
    refused_at_once(&repeat(1_000, |n| format!("type T{n}{{a:Int}}")));
    let list = repeat(1_000, |n| format!("$v{n}:Int "));
    refused_at_once(&format!("query({list}){{{}}}", repeat(1_000, |n| format!("limited(n:$v{n})"))));
}

#[test]
fn fields_that_may_not_be_merged() {
    refused_at_once(&format!("{{ {} }}", repeat(2_000, |n| format!("limited(n:{n}) "))));
    refused_at_once(&format!(
        "{{plan{{ {} }}}}",
        repeat(1_000, |n| format!("owner{{owner{{id a{}:id}}}} ", n % 9))
    ));
    let many = repeat(40, |n| format!("fragment F{n} on Plan{{owner{{...F{} id}} owner{{title}}}}", n + 1));
    refused_at_once(&format!("{{plan{{...F0}}}}{many}fragment F40 on Plan{{id}}"));
}

/// Within every limit, and as much work for the validator as we could think of.
#[test]
fn the_worst_that_passes_is_still_read_soon() {
    let plain = repeat(3_400, |n| format!("k{n}:1 "));
    let keys = repeat(1_600, |n| format!("k{n}:1 "));
    let turned = repeat(1_600, |n| format!("k{}:1 ", 1_599 - n));
    let operations = repeat(50, |n| format!("query Q{n}{{plan{{...F0}}}}"));
    let fragments =
        repeat(25, |n| format!("fragment F{n} on Plan{{...F{} {}}}", n + 1, "id title ".repeat(7)));
    let merged = "owner{owner{owner{owner{id title sometimes}}}}".repeat(600);
    for query in [
        format!("{{echo(value:{{{plain}}})}}"),
        format!("{{echo(value:{{{keys}}})echo(value:{{{turned}}})}}"),
        format!("{operations}{fragments}fragment F25 on Plan{{id}}"),
        format!("{{plan{{{merged}}}}}"),
        format!("{{plan{{{}}}}}", "id title ".repeat(3_500)),
    ] {
        let gate = gate();
        let start = Instant::now();
        let admitted = gate.admit(&query, Some("Q0").filter(|_| query.starts_with('q')), &Map::new());
        let took = start.elapsed();
        println!("{took:?} {:?}", admitted.map(|admitted| admitted.cost));
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
}
