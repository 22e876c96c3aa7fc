//! Everything that a viewer can ask, asked.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};

use super::{capacity::capacity, play::World, renamed::Renamed, script::WORDS, support::support};
use crate::{
    access::form::Form,
    acts::{beginning, code, command, content, figures},
    stage::Person,
};
use api::access::Kind;

/// The code that the viewer wants for a dataset, and that somebody else may have taken.
pub const CODE: &str = "CIFRAS";

/// Lists of the API that are read page by page.
const PAGED: [&str; 8] =
    ["plans", "activations", "datasets", "meetings", "gaps", "ledger", "institutions", "accounts"];

pub(super) struct Asking<'a> {
    person: Person<'a>,
    renamed: Renamed,
    answers: Vec<(String, String)>,
}

impl Asking<'_> {
    pub(super) async fn ask(&mut self, query: &str, variables: Value) -> Value {
        let answer = self.person.asks(query, variables.clone()).await;
        let unasked = matches!(answer.code(), "BAD_REQUEST" | "LIMITED" | "INTERNAL" | "UNAUTHENTICATED");
        assert!(!unasked, "{query} asks nothing: {}", answer.text);
        let renamed = self.renamed.of(answer.json.clone());
        // The question is told with its place, not with ids, which differ.
        let question = format!("{}: {query}", self.answers.len());
        self.answers.push((question, format!("{} {renamed}", answer.status)));
        answer.json
    }

    /// What goes out under an address, with the names of its bytes.
    pub(super) async fn get(&mut self, path: &str) {
        let answer = self.person.asking().without("accept").gets(path).await;
        assert!(!matches!(answer.status.as_u16(), 401 | 406 | 500), "{path} asks nothing: {}", answer.text);
        // The stand-in for the press hands back what it was handed.
        let printed = answer.bytes.strip_prefix(b"%PDF-").map(|paper| serde_json::from_slice(paper).unwrap());
        let mut said = printed.unwrap_or_else(|| answer.json.clone());
        if let Some(object) = said.as_object_mut() {
            object.remove("meta");
        }
        let text = if said.is_null() { answer.text.clone() } else { String::new() };
        let tag = answer.header("etag").trim_matches('"').to_owned();
        let told =
            json!({ "said": said, "text": text, "tag": tag, "vintage": answer.header("enlace-vintage") });
        let renamed = self.renamed.of(told);
        let question = format!("{}: {}", self.answers.len(), path.split(":").next().unwrap());
        self.answers.push((question, format!("{} {renamed}", answer.status)));
    }
}

/// All answers, in order, each with its question.
pub async fn asked(world: &World<'_>, login: &str) -> Vec<(String, String)> {
    let person = world.stage.person(login);
    let mut asking = Asking { person, renamed: Renamed::default(), answers: Vec::new() };
    lists(&mut asking).await;
    pages(&mut asking).await;
    filters(&mut asking).await;
    ids(&mut asking, world).await;
    ledger(&mut asking, world).await;
    statistics(&mut asking, world).await;
    capacity(&mut asking, world).await;
    exports(&mut asking, world).await;
    support(&mut asking, world).await;
    calendars(&mut asking).await;
    commands(&mut asking, world).await;
    // What was refused or done has left the same behind.
    lists(&mut asking).await;
    asking.answers
}

/// Every field at the root, with all that can be selected.
async fn lists(asking: &mut Asking<'_>) {
    let form = Form::published();
    for field in form.queries() {
        let apart = [
            "node",
            "nodes",
            "statistics",
            "mirror",
            "importJob",
            "capacityHistory",
            "planDiff",
            "planHistory",
            "textDiff",
            "agendaDiff",
        ];
        if !apart.contains(&field.as_str()) {
            // Of a page of whole plans, all that can be selected would cost too much.
            let few = |place: &str| match place {
                "plans.first" => Some(json!(4)),
                "activations.first" => Some(json!(2)),
                _ => None,
            };
            let request = form.request(&field, &few);
            asking.ask(&request.plain(), request.variables.clone()).await;
        }
    }
}

/// Both sorts of calendar, as a program that subscribes to them is sent them.
async fn calendars(asking: &mut Asking<'_>) {
    for of in ["ACCOUNT", "DELEGATION"] {
        let query = "mutation($i: OpenCalendarInput!) { openCalendar(input: $i) { address userErrors { code path message } } }";
        let answer = asking.person.asks(query, json!({ "i": { "of": of } })).await;
        let address = answer.json.pointer("/data/openCalendar/address").and_then(Value::as_str);
        let said = match address {
            None => answer.json.clone(),
            Some(address) => {
                let read = asking.person.asking().without("authorization").gets(address).await;
                // A UID begins with the id of its meeting.
                let line = |line: &str| match line.strip_prefix("UID:").and_then(|uid| uid.split_once('-')) {
                    Some((id, rest)) => json!([format!("Meeting:{id}"), rest]),
                    None => json!(line),
                };
                let lines: Vec<_> = read.text.replace("\r\n ", "").split("\r\n").map(line).collect();
                json!({ "lines": lines, "tag": read.header("etag").trim_matches('"') })
            }
        };
        let renamed = asking.renamed.of(said);
        let question = format!("{}: the calendar of {of}", asking.answers.len());
        asking.answers.push((question, format!("{} {renamed}", answer.status)));
    }
}

/// The lists in small steps, forwards and backwards.
async fn pages(asking: &mut Asking<'_>) {
    for field in PAGED {
        for (size, from, edge) in [("first", "after", "endCursor"), ("last", "before", "startCursor")] {
            let query = format!(
                "query($c: String) {{ {field}({size}: 2, {from}: $c) {{ totalCount edges {{ cursor node {{ id }} }} \
                 pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
            );
            let mut cursor = Value::Null;
            for _ in 0..6 {
                let answer = asking.ask(&query, json!({ "c": cursor })).await;
                cursor =
                    answer.pointer(&format!("/data/{field}/pageInfo/{edge}")).cloned().unwrap_or_default();
                if cursor.is_null() {
                    break;
                }
            }
        }
    }
}

async fn filters(asking: &mut Asking<'_>) {
    let mut wanted = Vec::new();
    for field in ["plans", "datasets", "meetings"] {
        let texts = WORDS.iter().map(|word| format!("text: \"{word}\""));
        let countries = ["MX", "GT", "HN", "US"].map(|code| format!("country: \"{code}\""));
        let states = ["DRAFT", "SUBMITTED", "APPROVED", "RELEASED"].map(|state| format!("state: {state}"));
        wanted.extend(texts.chain(countries).chain(states).map(|filter| (field, filter)));
        wanted.push((field, format!("text: \"{}\", country: \"MX\", state: RELEASED", WORDS[0])));
    }
    for day in ["2025-02-05", "2025-02-15", "2025-02-25", "2026-01-01"] {
        wanted.push(("plans", format!("validOn: \"{day}\"")));
        wanted.push(("meetings", format!("from: \"{day}\"")));
        wanted.push(("meetings", format!("until: \"{day}\"")));
    }
    for word in WORDS {
        wanted.push(("institutions", format!("text: \"{word}\"")));
        wanted.push(("accounts", "text: \"h\"".into()));
    }
    for (field, filter) in wanted {
        asking.ask(&format!("{{ {field}({filter}) {{ totalCount nodes {{ id }} }} }}"), json!({})).await;
    }
}

async fn ids(asking: &mut Asking<'_>, world: &World<'_>) {
    let mut ids: Vec<String> = world.records.iter().map(|shared| shared.carried.global()).collect();
    ids.extend(world.veiled.iter().cloned());
    ids.extend(world.accounts().await);
    ids.extend(world.never());
    let form = Form::published();
    for id in &ids {
        let ty = id.split(':').next().unwrap();
        let query =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on {ty} {} }} }}", form.selection(ty, 2));
        asking.ask(&query, json!({ "id": id })).await;
    }
    for some in ids.chunks(50) {
        asking
            .ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": some }))
            .await;
    }
}

async fn ledger(asking: &mut Asking<'_>, world: &World<'_>) {
    let query = |head: &str, arguments: &str| {
        format!(
            "query{head} {{ ledger(first: 100, {arguments}) {{ totalCount nodes {{ id at event subject contentHash \
             revision actor {{ id }} to {{ everyone countries institutions accounts }} }} }} }}"
        )
    };
    let mut subjects: Vec<String> = world.records.iter().map(|shared| shared.carried.global()).collect();
    subjects.extend(world.veiled.iter().filter(|id| !id.starts_with("Account")).cloned());
    for subject in subjects {
        asking.ask(&query("($s: ID)", "filter: { subject: $s }"), json!({ "s": subject })).await;
    }
    for event in [
        "plan.drafted",
        "plan.released",
        "plan.recalled",
        "dataset.released",
        "dataset.imported",
        "meeting.released",
        "account.added",
        "institution.added",
    ] {
        asking.ask(&query("", &format!("filter: {{ events: [\"{event}\"] }}")), json!({})).await;
    }
    for moment in ["2025-01-16T15:05:00Z", "2025-01-16T15:12:00Z", "2025-01-16T15:20:00Z"] {
        asking.ask(&query("", &format!("filter: {{ from: \"{moment}\" }}")), json!({})).await;
        asking.ask(&query("", &format!("filter: {{ until: \"{moment}\" }}")), json!({})).await;
    }
    for entry in world.veiled_entries().await {
        asking.ask(&query("($c: String)", "after: $c"), json!({ "c": B64.encode(entry.as_bytes()) })).await;
    }
}

async fn statistics(asking: &mut Asking<'_>, world: &World<'_>) {
    let shared = world.records.iter().map(|shared| shared.carried.global());
    let ids: Vec<String> = shared.chain(world.veiled.iter().cloned()).collect();
    let query = "query($d: ID!, $g: [String!]!) { statistics(dataset: $d, groupBy: $g, byPeriod: EXACT) { matched \
                 dataset { hash } rows { totalCount nodes { codes period cell { ... on StatisticsValue { value status } } } } } }";
    let past = "query($d: ID!, $day: Date) { statistics(dataset: $d, asOf: $day, byPeriod: MONTH, groupBy: [\"SEX\"], \
                measures: [SHARE, CHANGE]) { datasets { hash state } rows { nodes { cells { __typename } period } } } }";
    let mirror = "query($d: ID!) { mirror(origin: \"US\", destination: \"MX\", sender: { dataset: $d }, \
                  receiver: { dataset: $d }, byPeriod: MONTH) { sender { hash } periods { period } } }";
    let several = "query($d: [ID!]) { statistics(datasets: $d, addDatasets: true, allowIncomparable: true) { \
                   matched comparable incomparableBecause { message } datasets { id } } }";
    for id in ids.iter().filter(|id| id.starts_with("Dataset:")) {
        for by in [json!(["SEX"]), json!([]), json!(["NADA"])] {
            asking.ask(query, json!({ "d": id, "g": by })).await;
        }
        for day in ["2025-01-15", "2025-01-16", "2025-03-01"] {
            asking.ask(past, json!({ "d": id, "day": day })).await;
        }
        asking.ask(mirror, json!({ "d": id })).await;
    }
    let datasets: Vec<&String> = ids.iter().filter(|id| id.starts_with("Dataset:")).take(10).collect();
    asking.ask(several, json!({ "d": datasets })).await;
}

/// Every way out of figures, by id and by name.
async fn exports(asking: &mut Asking<'_>, world: &World<'_>) {
    let shared = world.records.iter().map(|shared| shared.carried.global());
    let ids: Vec<String> = shared.chain(world.veiled.iter().cloned()).chain(world.never()).collect();
    for id in ids.iter().filter(|id| id.starts_with("Dataset:")) {
        for query in ["format=csv", "format=sdmx-json", "where.SEX=F", "asOf=2025-01-15", "where.NADA=F"] {
            asking.get(&format!("/exports/{id}?{query}")).await;
        }
        for query in ["groupBy=SEX&byPeriod=MONTH", "groupBy=SEX&byPeriod=EXACT&format=sdmx-csv"] {
            asking.get(&format!("/statistics?dataset={id}&{query}")).await;
        }
    }
    for path in [
        "structure/*/*/*/*?references=all",
        "structure/agencyscheme",
        "structure/codelist?references=ancestors",
        "data",
        "availability",
    ] {
        asking.get(&format!("/sdmx/v2/{path}")).await;
    }
    for code in WORDS.iter().map(|word| code(word)).chain([CODE.to_owned()]) {
        for agency in ["*", "MX-SRE", "MX-INM", "GT-IGM", "HN-SRECI"] {
            asking.get(&format!("/sdmx/v2/data/dataflow/{agency}/{code}")).await;
        }
        asking.get(&format!("/sdmx/v2/structure/dataflow/*/{code}?references=descendants")).await;
    }
}

/// What is done in a meeting, by a host, by a delegation, and by who is neither.
async fn meeting(asking: &mut Asking<'_>, id: &str) {
    let note = |country: &str| json!({ "id": id, "country": country, "fact": "ATTENDING" });
    for (field, input, variables) in [
        ("conductMeeting", "ConductMeetingInput", json!({ "id": id, "step": "CLOSE" })),
        ("callOffMeeting", "CallOffMeetingInput", json!({ "id": id, "how": "POSTPONE" })),
        ("noteDelegation", "NoteDelegationInput", note("GT")),
        ("noteDelegation", "NoteDelegationInput", note("ZZ")),
        ("writePosition", "WritePositionInput", json!({ "id": id, "item": "1", "position": { "es": "x" } })),
        ("callExchange", "CallExchangeInput", json!({ "id": id, "countries": ["GT", "ZZ"] })),
        ("moveAgendaItem", "MoveAgendaItemInput", json!({ "id": id, "item": "1" })),
        ("writeMinutes", "WriteMinutesInput", json!({ "meeting": id, "expectedVersion": 0, "items": [] })),
        ("approveMinutes", "ApproveMinutesInput", json!({ "meeting": id, "hash": "0" })),
        (
            "makeCommitment",
            "MakeCommitmentInput",
            json!({ "meeting": id, "text": { "es": "x" }, "nature": "POLITICAL", "due": "2025-06-01",
                "responsible": [{ "country": "GT" }] }),
        ),
        (
            "beginText",
            "BeginTextInput",
            json!({ "meeting": id, "title": { "es": "x" }, "paragraphs": [{ "key": "uno", "kind": "OPERATIVE", "text": { "es": "x" } }] }),
        ),
    ] {
        asking.ask(&command(field, input, Kind::Meeting), json!({ "i": variables })).await;
    }
}

/// How a plan was written, and writing it piece by piece.
async fn plan(asking: &mut Asking<'_>, id: &str) {
    for (from, to) in [(1, 1), (1, 2), (2, 9)] {
        let query = "query($id: ID!, $from: Int!, $to: Int!) { planDiff(id: $id, from: $from, to: $to) { path words { es } before after } }";
        asking.ask(query, json!({ "id": id, "from": from, "to": to })).await;
    }
    let history = "query($id: ID!) { planHistory(id: $id) { totalCount nodes { number hash note authorPost { es } } } }";
    asking.ask(history, json!({ "id": id })).await;
    let edits = json!([{ "path": "budget.abierta.amount", "value": "6" }]);
    let change = json!({ "id": id, "expectedRevision": 1, "changes": edits });
    asking.ask(&command("changePlan", "ChangePlanInput", Kind::Plan), json!({ "i": change })).await;
    let document = json!({ "format": "enlace-plan/1", "plan": { "name": { "es": "x" }, "lead": "MX-SRE" } });
    let import = json!({ "id": id, "expectedRevision": 1, "document": document });
    asking.ask(&command("importPlan", "ImportPlanInput", Kind::Plan), json!({ "i": import })).await;
}

/// What is printed of it, as the press is handed it.
async fn printed(asking: &mut Asking<'_>, kind: Kind, id: &str) {
    let papers: &[&str] = match kind {
        Kind::Plan => &["plan.pdf?lang=both", "difference.pdf?from=1&to=2"],
        Kind::Meeting => &["agenda.pdf", "delegations.pdf", "minutes.pdf", "declaration.pdf"],
        Kind::Dataset => &[],
    };
    for paper in papers {
        asking.get(&format!("/{}/{id}/{paper}", if kind == Kind::Plan { "plans" } else { "meetings" })).await;
    }
}

/// Commands on everything, most of them bad ones.
async fn commands(asking: &mut Asking<'_>, world: &World<'_>) {
    let stage = world.stage;
    let mut ids: Vec<String> = world.never();
    ids.extend(world.veiled.iter().filter(|id| !id.starts_with("Account")).cloned());
    ids.extend(world.records.iter().map(|shared| shared.carried.global()));
    for id in &ids {
        let kind = Kind::parse(&id.split(':').next().unwrap().to_lowercase()).unwrap();
        printed(asking, kind, id).await;
        if kind == Kind::Meeting {
            let query =
                "query($id: ID!) { agendaDiff(meeting: $id) { item field words { es en } before after } }";
            asking.ask(query, json!({ "id": id })).await;
        }
        let (revise, input) = match kind {
            Kind::Plan => ("revisePlan", "RevisePlanInput"),
            Kind::Dataset => ("importStatistics", "ImportStatisticsInput"),
            Kind::Meeting => ("reviseMeeting", "ReviseMeetingInput"),
        };
        let [submit, approve, release, recall] = match kind {
            Kind::Plan => ["submitPlan", "approvePlan", "releasePlan", "recallPlan"],
            Kind::Dataset => ["submitVintage", "approveVintage", "releaseVintage", "recallDataset"],
            Kind::Meeting => ["submitMeeting", "approveMeeting", "releaseMeeting", "withdrawMeeting"],
        };
        let said = match kind {
            Kind::Dataset => {
                json!({ "dataset": id, "expectedRevision": 1, "csv": figures("x", 1), "dryRun": true })
            }
            kind => json!({ "id": id, "expectedRevision": 1, "content": content(stage, kind, "x", 1) }),
        };
        let state = json!({ "id": id, "expectedRevision": 1 });
        let wide = json!({ "id": id, "expectedRevision": 1, "audience": { "countries": ["ZZ"] }, "instrument": "x", "purpose": "x" });
        for (field, input, variables) in [
            (revise, input, said),
            (submit, "ChangeStateInput", state.clone()),
            (approve, "ChangeStateInput", state),
            (release, "ReleaseInput", wide),
            (recall, "RecallInput", json!({ "id": id, "audience": { "countries": ["GT"] } })),
        ] {
            asking.ask(&command(field, input, kind), json!({ "i": variables })).await;
        }
        if kind == Kind::Meeting {
            meeting(asking, id).await;
        }
        if kind == Kind::Plan {
            plan(asking, id).await;
        }
    }
    // Codes and links: whether others have such a thing must not show.
    for kind in Kind::ALL {
        let (field, input) = beginning(*kind);
        let mut said = content(stage, *kind, "propio", 3);
        if *kind == Kind::Dataset {
            said["code"] = json!(CODE);
        }
        let begin = command(field, input, *kind);
        asking.ask(&begin, json!({ "i": { "content": said, "handling": "GREEN" } })).await;
        if *kind == Kind::Meeting {
            for id in ids.iter().filter(|id| !id.starts_with("Meeting:")) {
                let list = if id.starts_with("Plan:") { "plans" } else { "datasets" };
                let mut said = said.clone();
                said["items"][0][list] = json!([{ "id": id }]);
                asking.ask(&begin, json!({ "i": { "content": said, "handling": "GREEN" } })).await;
            }
        }
    }
}
