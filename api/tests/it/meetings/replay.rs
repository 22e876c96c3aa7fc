//! The meeting on human mobility of 16 and 17 January 2025 in Mexico City, replayed through the public
//! API alone: ten countries stand in its joint declaration, Costa Rica attended by video and does not;
//! a side statement of Haiti was attached. The topics are those that the declaration names; words,
//! brackets and dates are made up here. Source:
//! <https://www.proceso.com.mx/internacional/2025/1/18/paises-latinoamericanos-exigen-respeto-derecho-internacional-ante-amenaza-de-deportaciones-masivas-343976.html>

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    convokes,
    course::takes,
    delegations::{notes, stage_with},
    released_to,
    text::{SHOWN, does, paragraph},
};
use crate::stage::Stage;

const TEN: [&str; 10] = ["BZ", "BR", "CO", "CU", "SV", "GT", "HT", "HN", "MX", "VE"];
const MEMBERS: [&str; 3] = ["MX", "GT", "HN"];

fn convocation(title: &str, starts: [&str; 2]) -> Value {
    let delegations: Vec<Value> =
        TEN.iter().chain(&["CR"]).map(|country| json!({ "country": country })).collect();
    let topic = |es: &str, kind: &str, session: i32| json!({ "title": { "es": es }, "kind": kind, "session": session, "minutes": 60 });
    let mut adoption = topic("Adopción de la declaración conjunta", "ADOPTION", 2);
    adoption["key"] = json!("adopcion");
    json!({
        "title": { "es": title }, "series": "RMMH", "level": "MINISTERIAL", "mode": "HYBRID",
        "place": { "es": "Ciudad de México", "en": "Mexico City" }, "host": "MX", "chair": { "country": "MX" },
        "decisionRule": "CONSENSUS",
        "sessions": starts.map(|at| json!({ "timeZone": "America/Mexico_City", "startsAt": at, "minutes": 480 })),
        "delegations": delegations,
        "items": [
            topic("Cooperación intergubernamental", "DISCUSSION", 1),
            topic("Intercambio de información", "INFORMATION", 1),
            topic("Buenas prácticas consulares", "DISCUSSION", 1),
            topic("Combate a la trata de personas", "DISCUSSION", 2),
            topic("No criminalización de las personas migrantes", "DISCUSSION", 2),
            adoption,
        ],
    })
}

/// Who speaks for a country: its own focal point, or for one that has no account here the host.
fn voice(country: &str) -> (String, Value) {
    match MEMBERS.contains(&country) {
        true => (format!("{}.test.focal", country.to_lowercase()), Value::Null),
        false => ("mx.test.secretary".into(), json!(country)),
    }
}

async fn seen(stage: &Stage, login: &str, meeting: &str) -> Value {
    stage.person(login).asks(SHOWN, json!({ "id": meeting })).await.well().at("node").clone()
}

#[tokio::test]
async fn the_meeting_of_january_2025_from_its_convocation_to_the_next_agenda() {
    let stage = stage_with(&["BZ", "BR", "CO", "CU", "SV", "HT", "VE", "CR"]).await;
    let said = convocation(
        "Reunión sobre Movilidad Humana en la Ruta Norte del Continente",
        ["2025-01-16T09:00:00", "2025-01-17T09:00:00"],
    );
    let meeting = convokes(&stage, said).await.well().text_at("convokeMeeting.meeting.id");
    released_to(&stage, &meeting, json!({ "countries": ["MX", "GT", "HN"] })).await;
    takes(&stage, "mx.test.focal", &meeting, "ADOPT_AGENDA", Value::Null).await.well();
    for country in TEN.iter().chain(&["CR"]) {
        let (login, _) = voice(country);
        notes(&stage, &login, &meeting, country, "ATTENDING", true).await.well();
    }
    takes(&stage, "mx.test.focal", &meeting, "BEGIN", Value::Null).await.well();

    // The declaration, with one paragraph in brackets.
    let paragraphs = json!([
        paragraph(
            "derechos",
            "PREAMBULAR",
            "Reafirmando los derechos de las personas migrantes",
            "Reaffirming the rights of migrants"
        ),
        paragraph("cooperan", "OPERATIVE", "Cooperan entre gobiernos", "Cooperate between governments"),
        paragraph(
            "informan",
            "OPERATIVE",
            "Intercambian información cada mes",
            "Exchange information every month"
        ),
    ]);
    let input = json!({ "meeting": meeting, "title": { "es": "Declaración conjunta", "en": "Joint declaration" }, "paragraphs": paragraphs });
    does(&stage, "mx.test.secretary", "beginText", input).await.well();
    let id = seen(&stage, "mx.test.focal", &meeting).await["texts"][0]["id"].clone();
    let input = json!({ "id": id, "expectedVersion": 1, "paragraph": "informan",
        "at": { "words": { "es": "cada mes", "en": "every month" } },
        "alternative": { "es": "cada semana", "en": "every week" } });
    does(&stage, "hn.test.focal", "proposeAlternative", input).await.well();
    for (number, country) in ["GT", "CO", "VE"].iter().enumerate() {
        let (login, country) = voice(country);
        let input = json!({ "id": id, "expectedVersion": number + 2, "paragraph": "informan", "country": country,
            "choice": { "bracket": "b1", "alternative": "a1" } });
        does(&stage, &login, "supportAlternative", input).await.well();
    }
    let bracket = seen(&stage, "gt.test.legal", &meeting).await["texts"][0]["paragraphs"][2].clone();
    assert_eq!(bracket["readOut"]["es"], "Intercambian información [cada mes / cada semana]");
    assert_eq!(bracket["brackets"][0]["alternatives"][1]["supporters"], json!(["CO", "GT", "HN", "VE"]));
    let input = json!({ "id": id, "expectedVersion": 5, "paragraph": "informan", "state": "AD_REFERENDUM",
        "choices": [{ "bracket": "b1", "alternative": "a1" }] });
    does(&stage, "mx.test.secretary", "settleParagraph", input).await.well();
    // Agreed by silence overnight.
    let until = stage.now() + TimeDelta::hours(20);
    let input = json!({ "id": id, "expectedVersion": 6, "until": until.to_rfc3339(), "paragraphs": ["derechos", "cooperan", "informan"] });
    does(&stage, "mx.test.secretary", "openSilence", input).await.well();
    stage.set_time(until);
    does(&stage, "mx.test.focal", "putText", json!({ "id": id, "expectedVersion": 7 })).await.well();
    let hash = seen(&stage, "gt.test.legal", &meeting).await["texts"][0]["hash"].clone();

    // Ten adopt; Haiti attaches a statement; Costa Rica attends.
    for country in TEN {
        let (login, country) = voice(country);
        let input = json!({ "id": id, "hash": hash, "stance": "ADOPTS", "country": country });
        does(&stage, &login, "takeStance", input).await.well();
    }
    let input = json!({ "id": id, "hash": hash, "kind": "INTERPRETATIVE", "country": "HT", "text": { "es": "Declaración de Haití" } });
    does(&stage, "mx.test.secretary", "attachStatement", input).await.well();
    does(&stage, "mx.test.focal", "adoptText", json!({ "id": id, "hash": hash })).await.well();

    // What was promised, and minutes of it.
    let promise = |country: &str, es: &str| {
        json!({ "meeting": meeting, "text": { "es": es }, "nature": "POLITICAL",
        "responsible": [{ "country": country }], "due": "2025-06-30" })
    };
    does(&stage, "mx.test.secretary", "makeCommitment", promise("MX", "Reunir a los consulados"))
        .await
        .well();
    does(&stage, "mx.test.secretary", "makeCommitment", promise("HN", "Convocar la próxima reunión"))
        .await
        .well();
    let items = json!([{ "item": "adopcion", "summary": { "es": "Se adoptó la declaración" }, "decisions": [{ "es": "Se adopta" }] }]);
    does(
        &stage,
        "mx.test.secretary",
        "writeMinutes",
        json!({ "meeting": meeting, "expectedVersion": 0, "items": items }),
    )
    .await
    .well();
    let asked = "query($id: ID!) { node(id: $id) { ... on Meeting { minutes { hash approved awaited } } } }";
    let minutes = stage.person("gt.test.focal").asks(asked, json!({ "id": meeting })).await.well();
    for country in TEN.iter().chain(&["CR"]) {
        let (login, country) = voice(country);
        let input =
            json!({ "meeting": meeting, "hash": minutes.at("node.minutes.hash"), "country": country });
        does(&stage, &login, "approveMinutes", input).await.well();
    }
    takes(&stage, "mx.test.focal", &meeting, "CLOSE", Value::Null).await.well();

    let told = seen(&stage, "hn.test.analyst", &meeting).await;
    let facts = |fact: &str| {
        let all = told["delegations"].as_array().unwrap().iter();
        let mut held: Vec<_> =
            all.filter(|one| one[fact] == true).map(|one| one["country"].as_str().unwrap()).collect();
        held.sort_unstable();
        held
    };
    let mut ten = TEN;
    ten.sort_unstable();
    assert_eq!(facts("adopting"), ten);
    assert_eq!(facts("attending").len(), 11);
    assert!(facts("attending").contains(&"CR") && facts("reserving").is_empty());
    let text = &told["texts"][0];
    assert_eq!((&text["state"], &text["hash"]), (&json!("ADOPTED"), &hash));
    assert_eq!(text["stances"].as_array().unwrap().len(), 10);
    assert_eq!(text["statements"][0]["country"], "HT");
    let minutes = stage.person("gt.test.focal").asks(asked, json!({ "id": meeting })).await.well();
    assert_eq!(minutes.at("node.minutes.approved"), true);

    // Honduras reports the second as kept and Guatemala confirms; the first goes on to the next agenda.
    let asked = "{ commitments(filter: { series: \"RMMH\" }) { nodes { id number } } }";
    let register = stage.person("gt.test.focal").asks(asked, json!({})).await.well();
    let second = register.at("commitments.nodes.0.id");
    for (login, step, number) in [("hn.test.focal", "REPORT_KEPT", 0), ("gt.test.focal", "CONFIRM", 1)] {
        let input = json!({ "id": second, "expectedStep": number, "step": step });
        does(&stage, login, "moveMeetingCommitment", input).await.well();
    }
    let next = convocation("Segunda reunión", ["2025-08-14T09:00:00", "2025-08-15T09:00:00"]);
    let next = convokes(&stage, next).await.well().text_at("convokeMeeting.meeting.id");
    released_to(&stage, &next, json!({ "countries": ["MX", "GT", "HN"] })).await;
    stage.set_time("2025-08-01T12:00:00Z".parse().unwrap());
    let asked = "query($id: ID!) { node(id: $id) { ... on Meeting { carried { number state since text { es } countries } } } }";
    let agenda = stage.person("gt.test.focal").asks(asked, json!({ "id": next })).await.well();
    let carried = agenda.at("node.carried");
    assert_eq!(carried.as_array().unwrap().len(), 1);
    assert_eq!((&carried[0]["number"], &carried[0]["state"]), (&json!(1), &json!("OVERDUE")));
    assert_eq!(carried[0]["countries"], json!(["MX"]));
}
