//! The three real plans, entered through the public API alone from what is publicly known of them, each approved in its
//! own country's chain, released, and seen by its partners section by section.

use api::{demo, directory::viewer_by_login};
use serde_json::{Value, json};

use crate::stage::{Answer, Stage};

async fn asks(stage: &Stage, login: &str, query: &str, variables: Value) -> Answer {
    let viewer = viewer_by_login(&stage.node.reads.0, login, stage.node.clock.now()).await.unwrap();
    let viewer = viewer.unwrap_or_else(|| panic!("there is no {login}"));
    stage.newcomer(viewer.account).asks(query, variables).await
}

async fn does(stage: &Stage, login: &str, field: &str, ty: &str, select: &str, input: Value) -> Answer {
    let query = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ {select} userErrors {{ code path message }} }} }}"
    );
    asks(stage, login, &query, json!({ "i": input })).await
}

/// The institution of this code; added by the country's administrator if the directory has none.
pub async fn institution(stage: &Stage, admin: &str, code: &str, acronym: &str, name: &str) -> String {
    let query = "query($t: String) { institutions(text: $t) { nodes { id code } } }";
    let found = asks(stage, admin, query, json!({ "t": code })).await.well();
    let nodes = found.at("institutions.nodes").as_array().unwrap();
    if let Some(node) = nodes.iter().find(|node| node["code"] == code) {
        return node["id"].as_str().unwrap().into();
    }
    let input = json!({ "code": code, "acronym": acronym, "name": { "es": name }, "kind": "COUNCIL" });
    let added =
        does(stage, admin, "addInstitution", "AddInstitutionInput", "institution { id }", input).await.well();
    added.text_at("addInstitution.institution.id")
}

/// A post that signs for an institution, by the country's administrator.
async fn signer(stage: &Stage, admin: &str, login: &str, institution: &str) {
    let account = json!({ "login": login, "institution": institution });
    let account = does(stage, admin, "addAccount", "AddAccountInput", "account { id }", account).await.well();
    let post = json!({ "institution": institution, "name": { "es": format!("Titular, {login}") }, "roles": ["MINISTER"] });
    let post =
        does(stage, admin, "addPost", "AddPostInput", "post", post).await.well().text_at("addPost.post");
    let input = json!({ "account": account.text_at("addAccount.account.id"), "post": post });
    does(stage, admin, "appoint", "AppointInput", "appointment", input).await.well();
}

/// A step of a chain: what it is called, who signs it with which account, and that account if it is new.
struct Step(&'static str, &'static str, &'static str, &'static str, bool);

#[tokio::test]
async fn the_three_real_plans_go_through_their_own_chains_and_are_seen_section_by_section() {
    let stage = Stage::set_empty().await;
    assert!(demo::fill(&stage.node, |_| {}).await.unwrap());
    let files: Vec<Value> = serde_json::from_str(include_str!("../../../demo/plans.json")).unwrap();
    let chains: [(&str, &str, [&str; 2], Vec<Step>); 3] = [
        (
            "mx",
            "mx.sre.focal",
            ["GT", "HN"],
            vec![
                Step("Visto bueno de Gobernación", "MX-SEGOB", "SEGOB", "mx.segob.titular", true),
                Step("Aprobación de Relaciones Exteriores", "MX-SRE", "SRE", "mx.sre.minister", false),
            ],
        ),
        (
            "gt",
            "gt.minex.focal",
            ["MX", "HN"],
            vec![
                Step("Aval del Consejo de Atención y Protección", "GT-CAP", "CAP", "gt.cap.titular", true),
                Step(
                    "Aprobación de la Autoridad Migratoria Nacional",
                    "GT-AMN",
                    "AMN",
                    "gt.amn.titular",
                    true,
                ),
            ],
        ),
        (
            "hn",
            "hn.sreci.focal",
            ["MX", "GT"],
            vec![Step(
                "Aprobación del Consejo de Gobernanza Migratoria",
                "HN-CGM",
                "CGM",
                "hn.cgm.titular",
                true,
            )],
        ),
    ];
    let mut plans = Vec::new();
    for (file, (country, releaser, partners, steps)) in files.iter().zip(chains) {
        let admin = format!("{country}.admin");
        let mut chain = Vec::new();
        for Step(name, code, acronym, login, new) in &steps {
            let id = institution(&stage, &admin, code, acronym, name).await;
            if *new {
                signer(&stage, &admin, login, &id).await;
            }
            chain.push(json!({ "name": { "es": name }, "institution": id }));
        }
        let set = json!({ "steps": chain });
        does(&stage, &admin, "setApprovalChain", "SetApprovalChainInput", "institution { id }", set)
            .await
            .well();

        let author = file["author"].as_str().unwrap();
        let document = json!({ "format": "enlace-plan/1", "plan": file["content"] });
        let begun = json!({ "document": document, "handling": "GREEN" });
        let begun =
            does(&stage, author, "importPlan", "ImportPlanInput", "plan { id hash }", begun).await.well();
        let (id, hash) = (begun.text_at("importPlan.plan.id"), begun.text_at("importPlan.plan.hash"));
        let step = json!({ "id": id, "expectedRevision": 1 });
        does(&stage, author, "submitPlan", "ChangeStateInput", "plan { id }", step.clone()).await.well();
        for Step(.., login, _) in &steps {
            does(&stage, login, "approvePlan", "ChangeStateInput", "plan { id }", step.clone()).await.well();
        }
        let query = "query($id: ID!) { node(id: $id) { ... on Plan { state approvals { hash } } } }";
        let told = asks(&stage, author, query, json!({ "id": id })).await.well();
        assert_eq!(told.at("node.state"), "APPROVED");
        let signed = told.at("node.approvals").as_array().unwrap();
        assert!(signed.len() == steps.len() && signed.iter().all(|step| step["hash"] == hash.as_str()));
        let release = json!({ "id": id, "expectedRevision": 1, "audience": { "countries": partners },
            "instrument": "Declaración conjunta", "purpose": "Coordinar la recepción" });
        does(&stage, releaser, "releasePlan", "ReleaseInput", "plan { state }", release).await.well();
        plans.push(id);
    }

    // What partners see of them, section by section.
    let parts = async |login: &str, id: &str| {
        let query = "query($id: ID!) { node(id: $id) { ... on Plan { portionsWithheld parts { part } budget { key } \
                     receptionPoints { point { code } } services { kind } phases { key } legalInstruments { articles } } } }";
        asks(&stage, login, query, json!({ "id": id })).await.well().at("node").clone()
    };
    let [mexico, guatemala, honduras] = &plans[..] else { panic!("three plans") };
    let shown = parts("gt.minex.focal", mexico).await;
    assert_eq!((&shown["portionsWithheld"], shown["budget"].as_array().unwrap().len()), (&json!(false), 7));
    assert_eq!(shown["receptionPoints"].as_array().unwrap().len(), 12);
    let shown = parts("gt.igm.editor", mexico).await;
    assert_eq!((&shown["portionsWithheld"], &shown["budget"]), (&json!(true), &json!([])));
    let told: Vec<_> =
        shown["parts"].as_array().unwrap().iter().map(|part| part["part"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            "IDENTITY",
            "INSTITUTIONS",
            "VALIDITY",
            "TARGET_GROUPS",
            "NARRATIVE",
            "PHASES",
            "ACTIONS",
            "RECEPTION_POINTS",
            "SERVICES",
            "STAFF"
        ]
    );
    let shown = parts("mx.sre.focal", honduras).await;
    assert_eq!(shown["legalInstruments"][0]["articles"], "7(2)");
    assert_eq!(shown["budget"].as_array().unwrap().len(), 2);
    assert_eq!(parts("hn.sreci.analyst", guatemala).await["portionsWithheld"], false);
    let nobody = "query($id: ID!) { node(id: $id) { id } }";
    for id in &plans {
        assert_eq!(asks(&stage, "int.iom.observer", nobody, json!({ "id": id })).await.code(), "NOT_FOUND");
    }
}
