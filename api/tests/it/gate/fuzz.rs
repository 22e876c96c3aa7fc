//! Whatever is sent: an answer, never a panic, and soon. What passes the gate runs.

use std::time::{Duration, Instant};

use proptest::{prelude::*, sample::select};
use serde_json::Map;

use super::{gate, ministry::schema};

const SEEDS: &[&str] = &[
    "query A($n: Int = 3, $id: ID) { plans(first: $n) { nodes { id ...P } total } plan(id: $id) { title } }
     fragment P on Plan { owner { id parts { title @skip(if: true) } } ... on Plan { __typename } }",
    "mutation M($input: Save!) { save(input: $input) { id } b: save(input: { title: null, phases: [{ name: \"x\" }] }) { title } }",
    "subscription S { plans { id title } }",
    "{ __schema { types { name fields { name args { name } } } } echo(value: { a: [1, 2.5, \"\"\"b\"\"\"], c: D }) }",
    "{ find(by: { code: \"MX\" }) nodes(ids: [1, \"2\"]) { id } list { sometimes } }",
];

const PARTS: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "...",
    "$n",
    "@skip(if: true)",
    "@include(if: $n)",
    "on Plan",
    "fragment P on Plan",
    "plan",
    "id",
    "owner",
    "parts",
    "first: 100",
    "null",
    "\"",
    "\"\"\"",
    "\\u",
    "1e9",
    "-0",
    "a:",
    "query",
    "...P",
    "#",
    "\u{feff}",
    "é",
    "💧",
];

fn survives(query: &str) -> Result<(), TestCaseError> {
    let gate = gate();
    let start = Instant::now();
    let admitted = gate.admit(query, None, &Map::new());
    prop_assert!(start.elapsed() < Duration::from_secs(2), "{query}");
    match admitted {
        Err(refusal) => prop_assert!(!refusal.response(api::text::Lang::Es).errors.is_empty()),
        Ok(admitted) => {
            prop_assert!(admitted.cost <= 60_000);
            // async-graphql finds nothing to say about what was admitted but what resolvers say.
            if admitted.kind == api::gate::OperationKind::Query {
                let response = futures::executor::block_on(schema().execute(admitted.to_request()));
                prop_assert!(
                    response.errors.iter().all(|error| !error.path.is_empty()),
                    "{query} {response:?}"
                );
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_an_answer(query in any::<String>()) {
        survives(&query)?;
    }

    #[test]
    fn any_heap_of_graphql_gets_an_answer(parts in prop::collection::vec(select(PARTS), 0..200)) {
        survives(&parts.join(" "))?;
    }

    #[test]
    fn a_mutilated_document_gets_an_answer(
        seed in select(SEEDS),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, select(PARTS)), 1..4),
    ) {
        let mut query: Vec<char> = seed.chars().collect();
        for (at, length, part) in cuts {
            let at = at.index(query.len() + 1);
            let end = (at + length).min(query.len());
            query.splice(at..end, part.chars());
        }
        survives(&query.into_iter().collect::<String>())?;
    }
}

#[test]
fn the_seeds_are_sound() {
    for seed in SEEDS {
        let input = serde_json::json!({ "input": {} });
        let admitted = gate().admit(seed, None, &super::given(input));
        assert!(admitted.is_ok(), "{:?}", admitted.map_err(|refusal| super::told(&refusal)).map(|a| a.cost));
    }
}
