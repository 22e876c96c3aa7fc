//! Plans on paper: what stands there, for whom, and what it can be held against.

use api::{
    access::{Role, policy::route_need},
    paper::Words,
    plans::{
        PlanContent,
        parts::{all, cut},
        terms::Part,
    },
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::{hash, kept_and_read_aloud, pages, paper, press, printed, run, stage_with_plan};
use crate::{
    plans::{
        DRAFT, REVISE, drafted,
        parts::{any_marks, party, spoken, word},
        released,
        whole::everything,
    },
    stage::Stage,
};

pub const ROUTES_ATTACKED: [&str; 3] =
    ["GET /plans/{id}/plan.pdf", "GET /plans/{id}/difference.pdf", "GET /plans/{id}/activation.pdf"];

fn at(id: &str) -> String {
    format!("/plans/{id}/plan.pdf?lang=es")
}

#[tokio::test]
async fn a_plan_is_printed_whole_in_each_language_and_in_both() {
    let (stage, id) = stage_with_plan(json!([])).await;
    let editor = stage.person("mx.test.editor");
    let shown = hash(editor, &id).await;
    let spanish = [
        "Plan de retorno",
        "Comisión intersecretarial",
        "Retorno masivo",
        "50 000",
        "Registrar",
        "T+24h",
        "Diez equipos",
        "2 500",
        "Puntos de recepción",
        "Ley de Migración",
        "por aire",
        "BORRADOR",
        "Revisión 1",
    ];
    let english = [
        "Return plan",
        "Interministerial commission",
        "Mass return",
        "50,000",
        "Ten machines",
        "Reception points",
        "2,500",
        "by air",
        "DRAFT",
        "Revision 1",
    ];
    for (lang, holds, lacks) in [
        ("es", spanish.to_vec(), english.to_vec()),
        ("en", english.to_vec(), spanish[..3].to_vec()),
        ("both", [&spanish[..], &english[..]].concat(), vec![]),
    ] {
        let answer = editor.asking().gets(&format!("/plans/{id}/plan.pdf?lang={lang}")).await;
        let pages = printed(&answer);
        assert!(kept_and_read_aloud(&answer.bytes));
        let all = run(&pages.join(" "));
        for words in holds {
            assert!(all.contains(&run(words)), "{lang}: no {words} in {all}");
        }
        for words in lacks {
            assert!(!all.contains(&run(words)), "{lang}: {words} in {all}");
        }
        for page in &pages {
            let page = run(page);
            assert!(page.contains(&shown) && page.contains("TLP:GREEN") && page.contains("(SRE)"), "{page}");
            let legend = if lang == "en" {
                "Legalbasis:Transparencylaw,art.113"
            } else {
                "Fundamento:LeyGeneraldeTransparencia,art.113"
            };
            assert!(page.contains(legend), "{page}");
        }
        assert!(!all.contains("retienen") && !all.contains("withheld"));
    }
}

#[tokio::test]
async fn a_paper_is_sent_as_an_attachment_and_not_again_to_whom_has_it() {
    let (stage, id) = stage_with_plan(json!([])).await;
    let editor = stage.person("mx.test.editor");
    let first = editor.asking().gets(&at(&id)).await;
    printed(&first);
    assert_eq!(first.header("content-disposition"), "attachment; filename=\"plan.pdf\"");
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let tag = first.header("etag").to_owned();
    let again = editor.asking().with("if-none-match", tag.as_str()).gets(&at(&id)).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    let other = editor
        .asking()
        .with("if-none-match", tag.as_str())
        .gets(&format!("/plans/{id}/plan.pdf?lang=en"))
        .await;
    assert_eq!(other.status, 200);
    // Nothing of the clock is in it.
    stage.pass(chrono::TimeDelta::days(400));
    assert_eq!(stage.person("mx.test.editor").asking().gets(&at(&id)).await.bytes, first.bytes);
}

#[tokio::test]
async fn the_language_of_the_request_is_that_of_the_paper_and_odd_ones_are_refused() {
    let (stage, id) = stage_with_plan(json!([])).await;
    let editor = stage.person("mx.test.editor");
    let plain = format!("/plans/{id}/plan.pdf");
    let said = async |asking: crate::stage::Asking<'_>| run(&printed(&asking.gets(&plain).await).join(" "));
    assert!(said(editor.asking()).await.contains("Returnplan"));
    assert!(said(editor.asking().in_spanish()).await.contains("Planderetorno"));
    for (query, path) in [("lang=fr", "lang"), ("lang=es&lang=en", "lang"), ("nada=1", "nada")] {
        let refused = editor.asking().gets(&format!("{plain}?{query}")).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "BAD_USER_INPUT"), "{}", refused.text);
        assert_eq!(refused.json["errors"][0]["extensions"]["problems"][0]["path"], path, "{}", refused.text);
    }
}

#[tokio::test]
async fn a_changed_record_no_longer_matches_the_printed_hash() {
    let (stage, id) = stage_with_plan(json!([])).await;
    let editor = stage.person("mx.test.editor");
    let before = run(&paper(editor, &at(&id)).await.join(" "));
    let old = hash(editor, &id).await;
    assert!(before.contains(&old) && before.contains("Revisión1"));
    let mut content = everything(&stage);
    content["receptionPoints"][0]["capacity"] = json!(1201);
    let input = json!({ "id": id, "expectedRevision": 1, "content": content });
    editor.asks(REVISE, json!({ "input": input })).await.well();
    let new = hash(editor, &id).await;
    let after = run(&paper(editor, &at(&id)).await.join(" "));
    assert_ne!(old, new);
    assert!(after.contains(&new) && !after.contains(&old) && after.contains("Revisión2"), "{after}");
}

#[tokio::test]
async fn a_recipient_holds_paper_of_the_portions_shown_and_nothing_tells_of_the_rest() {
    let marks = json!([
        { "part": "CONTACTS", "handling": "AMBER" },
        { "part": "BUDGET", "audience": { "countries": ["HN"] } },
        { "part": "PHASES", "audience": { "countries": ["HN"] } },
    ]);
    let (stage, id) = stage_with_plan(marks).await;
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT", "HN"] })).await.well();
    let mut said = Vec::new();
    for login in ["mx.test.analyst", "gt.test.focal", "hn.test.focal"] {
        let person = stage.person(login);
        let pages = paper(person, &at(&id)).await;
        let shown = hash(person, &id).await;
        assert!(
            pages.iter().all(|page| run(page).contains(&shown) && run(page).contains("TLP:AMBER")),
            "{login}"
        );
        said.push(run(&pages.join(" ")));
    }
    let [owner, guatemala, honduras] = &said[..] else { panic!() };
    assert!(owner.contains("Presupuesto") && owner.contains("Solopara:HN") && owner.contains("Revisión1"));
    assert!(guatemala.contains("Seretienenporciones") && !owner.contains("Seretienenporciones"));
    for gone in ["Presupuesto", "Fases", "Asistenciaconsular", "HN", "Revisión", "115"] {
        assert!(!guatemala.contains(gone), "{gone} in {guatemala}");
    }
    assert!(honduras.contains("Presupuesto") && honduras.contains("Fases") && !honduras.contains("Solopara"));
    assert!(!honduras.contains("Seretienen") && !honduras.contains("Revisión"), "{honduras}");

    // But for the note, it is the paper of a plan in which the rest was never written.
    let mut content = everything(&stage);
    content["budget"] = json!([]);
    content["phases"] = json!([]);
    content["parts"] = json!([{ "part": "CONTACTS", "handling": "AMBER" }]);
    content["actions"][0]["phase"] = json!(null);
    content["services"][0]["phase"] = json!(null);
    content["triggers"][0]["opens"] = json!(null);
    let input = json!({ "handling": "GREEN", "content": content });
    let bare = stage.person("mx.test.editor").asks(DRAFT, json!({ "input": input })).await.well();
    let bare = bare.text_at("draftPlan.plan.id");
    released(&stage, "mx", &bare, 1, json!({ "countries": ["GT", "HN"] })).await.well();
    let never = run(&paper(stage.person("gt.test.focal"), &at(&bare)).await.join(" "));
    let note = run("Se retienen porciones de este plan: no son para quien recibe este ejemplar.");
    assert_eq!(guatemala.replace(&note, ""), never);
}

#[tokio::test]
async fn a_draft_and_what_waits_for_approval_say_so_across_each_page() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    let minister = stage.person("mx.test.minister");
    let said = async || run(&paper(minister, &at(&id)).await.join(" "));
    // In the head of each page and across it.
    assert_eq!(said().await.matches("BORRADOR").count(), 2);
    crate::plans::moved(&stage, "mx.test.editor", "submitPlan", &id, 1).await.well();
    let submitted = said().await;
    assert!(submitted.contains("SINAPROBAR") && !submitted.contains("BORRADOR"), "{submitted}");
    crate::plans::moved(&stage, "mx.test.minister", "approvePlan", &id, 1).await.well();
    let approved = said().await;
    assert!(!approved.contains("SINAPROBAR") && approved.contains("aprobada"), "{approved}");
}

#[tokio::test]
async fn two_revisions_are_printed_beside_their_hashes_for_those_who_work_on_the_plan() {
    let (stage, id) = stage_with_plan(json!([])).await;
    let editor = stage.person("mx.test.editor");
    let first = hash(editor, &id).await;
    let mut content = everything(&stage);
    content["receptionPoints"][0]["capacity"] = json!(1500);
    content["sections"][0]["body"] = json!({ "es": "Largo. ".repeat(40), "en": "Long. ".repeat(40) });
    let input = json!({ "id": id, "expectedRevision": 1, "content": content, "note": "Ajuste" });
    editor.asks(REVISE, json!({ "input": input })).await.well();
    let second = hash(editor, &id).await;
    let path = format!("/plans/{id}/difference.pdf?from=1&to=2&lang=both");
    let pages = paper(editor, &path).await;
    let all = run(&pages.join(" "));
    for words in
        ["capacidad nominal: 1 200 a 1 500", "nominal capacity: 1,200 to 1,500", "Ajuste", "Revisiones 1 y 2"]
    {
        assert!(all.contains(&run(words)), "{words}: {all}");
    }
    // In full, not as far as a sentence quotes it.
    assert!(all.matches("Largo.").count() >= 40, "{all}");
    assert!(pages.iter().all(|page| run(page).contains(&first) && run(page).contains(&second)));
    released(&stage, "mx", &id, 2, json!({ "countries": ["GT"] })).await.well();
    for (login, from, code) in [
        ("gt.test.focal", "1", "NOT_FOUND"),
        ("hn.test.focal", "1", "NOT_FOUND"),
        ("mx.test.editor", "9", "NOT_FOUND"),
        ("mx.test.editor", "uno", "BAD_USER_INPUT"),
    ] {
        let path = format!("/plans/{id}/difference.pdf?from={from}&to=2");
        let refused = stage.person(login).asking().gets(&path).await;
        assert_eq!(refused.code(), code, "{login}: {}", refused.text);
    }
}

#[tokio::test]
async fn papers_are_for_those_who_see_the_plan() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Reservado", "GREEN").await;
    let paths =
        [at(&id), format!("/plans/{id}/difference.pdf?from=1&to=1"), format!("/plans/{id}/activation.pdf")];
    for path in &paths {
        assert_eq!(stage.stranger().gets(path).await.code(), "UNAUTHENTICATED");
        let foreign =
            stage.person("mx.test.editor").asking().with("sec-fetch-site", "cross-site").gets(path).await;
        assert!(foreign.status.is_client_error(), "{}", foreign.text);
    }
    for login in stage.logins() {
        let role = Role::ALL.iter().find(|role| login.ends_with(crate::stage::named(**role)));
        for (route, path) in ROUTES_ATTACKED.iter().zip(&paths) {
            let may = role.is_some_and(|role| route_need(route).unwrap().met_by(&[*role]));
            let answer = stage.person(login).asking().gets(path).await;
            let expected = match (may, login.starts_with("mx.test.")) {
                (false, _) => "FORBIDDEN",
                // It is not in force.
                (true, true) if path.contains("activation") => "NOT_FOUND",
                (true, true) => "no error",
                (true, false) => "NOT_FOUND",
            };
            assert_eq!(answer.code(), expected, "{login} {path}: {}", answer.text);
        }
    }
    let nothing = stage.person("mx.test.editor").asking().gets("/plans/Plan:0/plan.pdf").await;
    assert_eq!(nothing.code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_recalled_plan_is_printed_no_more() {
    let stage = Stage::set().await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Retirado", "GREEN").await;
    released(&stage, "mx", &id, 1, json!({ "countries": ["GT"] })).await.well();
    let partner = stage.person("gt.test.focal");
    let held = partner.asking().gets(&at(&id)).await;
    printed(&held);
    let recall = "mutation ($input: RecallInput!) { recallPlan(input: $input) { userErrors { code } } }";
    let input = json!({ "id": id, "audience": { "countries": ["GT"] } });
    stage.person("mx.test.focal").asks(recall, json!({ "input": input })).await.well();
    let gone = partner.asking().with("if-none-match", held.header("etag")).gets(&at(&id)).await;
    assert_eq!((gone.status.as_u16(), gone.code()), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn hostile_words_of_a_plan_are_printed_as_they_were_written() {
    let stage = Stage::set().await;
    let name = "#import \"@preview/x:1.0.0\" $x$ \\ #read(\"/etc/passwd\") שלום";
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", name, "GREEN").await;
    let said = run(&paper(stage.person("mx.test.editor"), &format!("/plans/{id}/plan.pdf?lang=both"))
        .await
        .join(" "));
    let latin = run("#import \"@preview/x:1.0.0\" $x$ \\ #read(\"/etc/passwd\")");
    assert!(said.matches(&latin).count() >= 2 && !said.contains("root:x:"), "{said}");
}

/// What a recipient's paper of a plan says.
fn blocks_of(content: &PlanContent, withheld: bool) -> Value {
    let known = |_: &str| Words::from("nombre");
    serde_json::to_value(api::plans::paper::blocks(content, Vec::new(), withheld, &known)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// For random marks nobody's paper holds a section outside its audience, not a word of it.
    #[test]
    fn no_paper_holds_a_section_that_is_not_for_its_reader(marks in any_marks(), who in vec(0..5_usize, 1..3)) {
        let mine: Vec<_> = who.into_iter().map(party).collect();
        let mut plan = spoken();
        plan.parts = marks.clone();
        let shown = cut(plan, &mine);
        let mut document = super::press::document(blocks_of(&shown.content, shown.withheld));
        document["langs"] = json!(["es", "en"]);
        let output = press(&document);
        prop_assert!(output.status.success());
        let printed = run(&pages(&output.stdout).join(" "));
        for part in all() {
            let audience = marks.iter().find(|mark| mark.part == part).and_then(|mark| mark.audience.as_ref());
            let outside = audience.is_some_and(|to| !to.0.iter().any(|party| mine.contains(party)));
            let kept = outside && !matches!(part, Part::Identity | Part::Validity);
            if kept {
                prop_assert!(!printed.contains(&word(part)), "{part:?} in {printed}");
            } else if !matches!(part, Part::Services) && serde_json::to_string(&shown.content).unwrap().contains(&word(part)) {
                prop_assert!(printed.contains(&word(part)), "no {part:?} in {printed}");
            }
        }
    }
}
