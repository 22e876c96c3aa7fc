//! Meetings on paper: the agenda and the list of delegations, for whom.

use api::access::{Role, policy::route_need};
use serde_json::{Value, json};

use super::{hash, kept_and_read_aloud, paper, printed, run};
use crate::{
    meetings::{
        agenda::{SECRET, held, with_closed_items},
        content, convokes,
        course::takes,
        delegations::notes,
        invited,
        text::{begun, does, in_session, put},
    },
    plans::{drafted, released},
    stage::Stage,
};

pub const ROUTES_ATTACKED: [&str; 4] = [
    "GET /meetings/{id}/agenda.pdf",
    "GET /meetings/{id}/delegations.pdf",
    "GET /meetings/{id}/minutes.pdf",
    "GET /meetings/{id}/declaration.pdf",
];

fn agenda(id: &str) -> String {
    format!("/meetings/{id}/agenda.pdf?lang=es")
}

#[tokio::test]
async fn an_agenda_has_its_times_its_links_and_its_hash_on_each_page() {
    let stage = Stage::set().await;
    let plan = drafted(&stage, "mx.test.editor", "MX-SRE", "México te abraza", "GREEN").await;
    released(&stage, "mx", &plan, 1, json!({ "countries": ["GT"] })).await.well();
    let id = invited(&stage, &[&plan]).await;
    for (login, linked) in [("mx.test.secretary", true), ("gt.test.focal", true), ("hn.test.focal", false)] {
        let person = stage.person(login);
        let answer = person.asking().gets(&agenda(&id)).await;
        let pages = printed(&answer);
        assert!(kept_and_read_aloud(&answer.bytes));
        let shown = hash(person, &id).await;
        assert!(
            pages.iter().all(|page| run(page).contains(&shown) && run(page).contains("TLP:GREEN")),
            "{login}"
        );
        let all = run(&pages.join(" "));
        for words in [
            "Orden del día",
            "Reunión ministerial",
            "Sesión 1 · 2025-01-16, 09:00–17:00 (America/Mexico_City)",
            "09:00 1 Adopción de la agenda",
            "09:15 2 Planes",
            "Nota conceptual",
            "híbrida",
            "consenso",
        ] {
            assert!(all.contains(&run(words)), "{login}: no {words} in {all}");
        }
        assert_eq!(all.contains("Méxicoteabraza"), linked, "{login}");
        assert_eq!(all.contains("Revisión1"), login.starts_with("mx"), "{login}");
    }
    let both = paper(stage.person("gt.test.focal"), &format!("/meetings/{id}/agenda.pdf?lang=both")).await;
    let both = run(&both.join(" "));
    assert!(
        both.contains("Ministerialmeeting")
            && both.contains("Reuniónministerial")
            && both.contains("consensus")
    );
}

#[tokio::test]
async fn an_observers_agenda_has_nothing_of_a_closed_item() {
    let stage = Stage::set().await;
    let id = held(&stage, with_closed_items()).await;
    let delegate = run(&paper(stage.person("gt.test.focal"), &agenda(&id)).await.join(" "));
    assert!(delegate.contains(SECRET) && delegate.contains("reservadoalasdelegaciones"), "{delegate}");
    assert!(!delegate.contains("Haypuntosreservados"));
    for login in ["hn.test.focal", "int.iom.observer"] {
        let person = stage.person(login);
        let observer = run(&paper(person, &agenda(&id)).await.join(" "));
        assert!(!observer.contains(SECRET) && observer.contains("Haypuntosreservados"), "{observer}");
        // The timetable is everybody's, and the hash the observer's own.
        for words in ["09:15 – Bloque reservado", "10:15 2 Planes", "09:00 3 Cierre", "Canciller"] {
            let words = run(words);
            assert!(observer.contains(&words), "{words}: {observer}");
        }
        assert!(observer.contains(&hash(person, &id).await));
    }
    assert_ne!(
        hash(stage.person("hn.test.focal"), &id).await,
        hash(stage.person("gt.test.focal"), &id).await
    );
    // What differs only in what is closed is the same paper to an observer, but for its own ids and times.
    let mut said = with_closed_items();
    let other = json!({ "key": "otro", "title": { "es": "Nada" }, "kind": "DISCUSSION", "minutes": 60, "closed": true });
    said["items"].as_array_mut().unwrap().splice(1..4, [other]);
    let twin = held(&stage, said).await;
    let person = stage.person("hn.test.minister");
    let (one, two) = (paper(person, &agenda(&id)).await, paper(person, &agenda(&twin)).await);
    assert_eq!(one, two);
}

#[tokio::test]
async fn the_list_of_delegations_keeps_five_facts_apart() {
    let stage = Stage::set().await;
    let mut said = content(&[]);
    said["delegations"] = json!([{ "country": "GT" }, { "country": "HN", "observing": true }]);
    let id = convokes(&stage, said).await.well().text_at("convokeMeeting.meeting.id");
    crate::meetings::released_to(&stage, &id, json!({ "countries": ["GT", "HN"] })).await;
    let list = format!("/meetings/{id}/delegations.pdf?lang=es");
    let before = run(&paper(stage.person("hn.test.focal"), &list).await.join(" "));
    assert!(before.contains(&run("Guatemala GT plena – – –")), "{before}");
    assert!(before.contains(&run("Honduras HN como observadora – – –")), "{before}");
    takes(&stage, "mx.test.focal", &id, "ADOPT_AGENDA", Value::Null).await.well();
    notes(&stage, "gt.test.focal", &id, "GT", "ATTENDING", true).await.well();
    takes(&stage, "mx.test.focal", &id, "BEGIN", Value::Null).await.well();
    notes(&stage, "gt.test.focal", &id, "GT", "ADOPTING", true).await.well();
    let after = run(&paper(stage.person("hn.test.focal"), &list).await.join(" "));
    assert!(after.contains(&run("Guatemala GT plena sí 2025-01-16 sí 2025-01-16 –")), "{after}");
    assert!(after.contains(&run("Fase en sesión")) && after.contains("SHA-256delaconvocatoria"), "{after}");
}

#[tokio::test]
async fn a_declaration_is_printed_with_its_brackets_and_then_with_who_adopts_it_and_what_is_attached() {
    let stage = crate::meetings::delegations::stage_with_costa_rica().await;
    let id = in_session(&stage).await;
    let path = format!("/meetings/{id}/declaration.pdf?lang=es");
    let reads = async |login: &str| paper(stage.person(login), &path).await;
    let text = begun(&stage, &id).await;
    let input = json!({ "id": text, "expectedVersion": 1, "paragraph": "acuerdan",
        "at": { "words": { "es": "crear una", "en": "create a" } },
        "alternative": { "es": "estudiar una", "en": "study a" } });
    does(&stage, "gt.test.focal", "proposeAlternative", input).await.well();
    let open = run(&reads("gt.test.legal").await.join(" "));
    for words in
        ["EN NEGOCIACIÓN", "1. Acuerdan [crear una / estudiar una] red consular", "Propone: Guatemala"]
    {
        assert!(open.contains(&run(words)), "no {words} in {open}");
    }
    for login in ["hn.test.focal", "int.iom.observer", "gt.test.observer"] {
        assert_eq!(stage.person(login).asking().gets(&path).await.code(), "NOT_FOUND", "{login}");
    }
    // Shared, it is printed for the others without who proposed what.
    does(&stage, "mx.test.focal", "shareText", json!({ "id": text, "expectedVersion": 2 })).await.well();
    let shared = run(&reads("hn.test.focal").await.join(" "));
    assert!(shared.contains(&run("[crear una / estudiar una]")) && !shared.contains("Propone"), "{shared}");
    let never = api::ids::TextId::new().global();
    let other = stage.person("gt.test.focal").asking().gets(&format!("{path}&text={never}")).await;
    assert_eq!(other.code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_declaration_that_is_put_to_adoption_is_named_by_the_hash_of_its_words() {
    let stage = crate::meetings::delegations::stage_with_costa_rica().await;
    let id = in_session(&stage).await;
    let path = format!("/meetings/{id}/declaration.pdf?lang=es");
    let text = begun(&stage, &id).await;
    let hash = put(&stage, &id, &text).await;
    let stance = json!({ "id": text, "hash": hash, "stance": "ADOPTS" });
    does(&stage, "gt.test.minister", "takeStance", stance).await.well();
    let pages = paper(stage.person("gt.test.legal"), &path).await;
    assert!(pages.iter().all(|page| run(page).contains(&hash) && run(page).contains("SINADOPTAR")));
    let all = run(&pages.join(" "));
    assert!(
        all.contains(&run("Guatemala adopta")) && all.contains(&run("Piden fondos suficientes")),
        "{all}"
    );
}

/// Minutes and their approvals as they stand are printed for whoever takes part, with the hash that approvals name.
#[tokio::test]
async fn minutes_are_printed_for_those_who_take_part_and_for_nobody_else() {
    let stage = crate::meetings::delegations::stage_with_costa_rica().await;
    let id = in_session(&stage).await;
    let path = format!("/meetings/{id}/minutes.pdf?lang=both");
    assert_eq!(stage.person("gt.test.focal").asking().gets(&path).await.code(), "NOT_FOUND");
    let does = async |login: &str, field: &str, ty: &str, input: Value| {
        let document = format!(
            "mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ minutes {{ hash }} }} userErrors {{ code path message }} }} }}"
        );
        stage.person(login).asks(&document, json!({ "i": input })).await.well()
    };
    let input = json!({ "meeting": id, "expectedVersion": 0, "items": [{ "item": "uno",
        "summary": { "es": "Se habló de la red", "en": "The network was discussed" },
        "decisions": [{ "es": "Se crea una red", "en": "A network is set up" }] }] });
    let written = does("mx.test.secretary", "writeMinutes", "WriteMinutesInput", input).await;
    let hash = written.text_at("writeMinutes.meeting.minutes.hash");
    let pages = paper(stage.person("gt.test.legal"), &path).await;
    assert!(pages.iter().all(|page| {
        let page = run(page);
        page.contains(&hash) && page.contains("TLP:GREEN") && page.contains("SINAPROBAR")
    }));
    let all = run(&pages.join(" "));
    for words in [
        "Minuta",
        "Se habló de la red",
        "The network was discussed",
        "Se crea una red",
        "pendiente",
        "awaited",
    ] {
        assert!(all.contains(&run(words)), "no {words} in {all}");
    }
    let approve = |country: Value| json!({ "meeting": id, "hash": hash, "country": country });
    does("mx.test.focal", "approveMinutes", "ApproveMinutesInput", approve(Value::Null)).await;
    does("gt.test.focal", "approveMinutes", "ApproveMinutesInput", approve(Value::Null)).await;
    does("mx.test.focal", "approveMinutes", "ApproveMinutesInput", approve(json!("CR"))).await;
    let all = run(&paper(stage.person("gt.test.legal"), &path).await.join(" "));
    assert!(!all.contains("SINAPROBAR") && !all.contains("pendiente"), "{all}");
    assert!(all.contains(&run("la anotó el anfitrión")), "{all}");
    // Who only observes, and who may not read texts, finds what one finds where nothing was written.
    for login in ["hn.test.focal", "gt.test.observer"] {
        assert_eq!(stage.person(login).asking().gets(&path).await.code(), "NOT_FOUND", "{login}");
    }
}

#[tokio::test]
async fn a_meeting_that_does_not_take_place_says_so_across_each_page() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    let off = "mutation($i: CallOffMeetingInput!) { callOffMeeting(input: $i) { userErrors { code path message } } }";
    let input = json!({ "id": id, "how": "CANCEL" });
    let answer = stage.person("mx.test.minister").asks(off, json!({ "i": input })).await;
    assert!(answer.json.get("errors").is_none(), "{}", answer.text);
    for page in paper(stage.person("gt.test.focal"), &agenda(&id)).await {
        assert!(run(&page).matches("CANCELADA").count() >= 2, "{page}");
    }
}

#[tokio::test]
async fn papers_of_meetings_are_for_those_who_see_the_meeting() {
    let stage = Stage::set().await;
    let id = convokes(&stage, content(&[])).await.well().text_at("convokeMeeting.meeting.id");
    let of = |paper: &str| format!("/meetings/{id}/{paper}.pdf");
    let paths = [agenda(&id), of("delegations"), of("minutes"), of("declaration")];
    for path in &paths {
        assert_eq!(stage.stranger().gets(path).await.code(), "UNAUTHENTICATED");
    }
    for login in stage.logins() {
        let role = Role::ALL.iter().find(|role| login.ends_with(crate::stage::named(**role)));
        for (route, path) in ROUTES_ATTACKED.iter().zip(&paths) {
            let may = role.is_some_and(|role| route_need(route).unwrap().met_by(&[*role]));
            let answer = stage.person(login).asking().gets(path).await;
            let expected = match (may, login.starts_with("mx.test.")) {
                (false, _) => "FORBIDDEN",
                // Nothing was written yet.
                (true, true) if (route.ends_with("minutes.pdf") || route.ends_with("declaration.pdf")) => {
                    "NOT_FOUND"
                }
                (true, true) => "no error",
                (true, false) => "NOT_FOUND",
            };
            assert_eq!(answer.code(), expected, "{login} {path}: {}", answer.text);
        }
    }
    let nothing = stage.person("mx.test.secretary").asking().gets("/meetings/Meeting:0/agenda.pdf").await;
    assert_eq!(nothing.code(), "NOT_FOUND");
}
