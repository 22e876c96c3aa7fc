//! The four things that are asked, and the lanes that ask them: over HTTP, and as bare statements.

use std::{collections::HashMap, sync::Arc};

use anyhow::{Context, Result};
use api::{
    access::token::LONGEST,
    http::router,
    ids::DatasetId,
    node::Node,
    statistics::{
        Cubes,
        cube::{ByPeriod, Cube, Periods, Question},
    },
};
use async_trait::async_trait;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    client::{Client, request},
    fill::{READERS, viewer},
    load::{LANES, Lane, Lanes},
    tape::{Anew, Step, Tape, replay, replay_command},
};

const PLAN: &str = "id name { es } owner { acronym country name { es } } phases { name { es } } \
                    receptionPoints { capacity point { code name } }";

/// One side asks the node, the other the database.
pub struct Sides {
    pub node: Lanes,
    pub floor: Lanes,
    /// Statements of one turn.
    pub statements: usize,
}

/// What the lanes of both sides need.
pub struct Bench {
    pub node: Node,
    pub address: String,
    tape: Tape,
    recording: axum::Router,
    tokens: HashMap<&'static str, String>,
}

/// Those who ask side by side.
type Row = Vec<Box<dyn Lane>>;

impl Bench {
    pub async fn new(node: Node, address: String) -> Result<Self> {
        let tape = Tape::default();
        let recording = router(tape.node(&node).await?);
        let mut tokens = HashMap::new();
        for login in READERS {
            tokens.insert(login, node.tokens.issue(viewer(&node, login).await?.account, LONGEST)?);
        }
        Ok(Self { node, address, tape, recording, tokens })
    }

    /// Twenty plans with owner, phases and reception points, from eight viewers and sixteen places.
    pub async fn lists(&self) -> Result<Sides> {
        let query = format!(
            "query Plans($after: String) {{ plans(first: 20, after: $after) \
             {{ nodes {{ {PLAN} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let mut asked = Vec::new();
        for reader in READERS {
            let (mut after, mut pages) = (Value::Null, Vec::new());
            for _ in 0..16 {
                let bytes = request(&self.tokens[reader], &query, &json!({ "after": after }));
                let page = &Client::of(&self.address).ask_json(&bytes).await?["data"]["plans"];
                after = page["pageInfo"]["endCursor"].clone();
                pages.push(bytes);
                if page["pageInfo"]["hasNextPage"] != json!(true) {
                    break;
                }
            }
            asked.push(pages);
        }
        self.reads(mixed(asked), None).await
    }

    /// One plan by its id, likewise.
    pub async fn single(&self) -> Result<Sides> {
        let list = "{ plans(first: 100) { nodes { id } } }";
        let query = format!("query One($id: ID!) {{ node(id: $id) {{ ... on Plan {{ {PLAN} }} }} }}");
        let mut asked = Vec::new();
        for reader in READERS {
            let bytes = request(&self.tokens[reader], list, &json!({}));
            let found = Client::of(&self.address).ask_json(&bytes).await?;
            let nodes = found["data"]["plans"]["nodes"].as_array().context("plans")?.clone();
            let of = |node: &Value| request(&self.tokens[reader], &query, &json!({ "id": node["id"] }));
            asked.push(nodes.iter().take(32).map(of).collect());
        }
        self.reads(mixed(asked), None).await
    }

    /// Figures by sex, state and year. The statements find the dataset; the sums are the cube's.
    pub async fn statistics(&self, dataset: DatasetId) -> Result<Sides> {
        let question = Question {
            group_by: vec!["SEX".into(), "REF_AREA".into()],
            by_period: Some(ByPeriod::Year),
            ..Question::default()
        };
        self.sums(dataset, "groupBy: [\"SEX\", \"REF_AREA\"], byPeriod: YEAR, first: 20", question).await
    }

    /// What a dashboard shows: the months of a year, women and men.
    pub async fn dashboard(&self, dataset: DatasetId) -> Result<Sides> {
        let day = |year| chrono::NaiveDate::from_ymd_opt(year, 1, 1).context("a day");
        let question = Question {
            group_by: vec!["SEX".into()],
            by_period: Some(ByPeriod::Month),
            periods: Some(Periods::Within(day(2024)?, day(2025)?)),
            ..Question::default()
        };
        let asked =
            "groupBy: [\"SEX\"], byPeriod: MONTH, from: \"2024-01-01\", until: \"2024-12-31\", first: 24";
        self.sums(dataset, asked, question).await
    }

    async fn sums(&self, dataset: DatasetId, asked: &str, question: Question) -> Result<Sides> {
        let query = format!(
            "query Sums($dataset: ID!) {{ statistics(dataset: $dataset, {asked}) {{ matched rows {{ nodes \
             {{ codes period observations cell {{ ... on StatisticsValue {{ value statuses }} }} }} }} }} }}"
        );
        let variables = json!({ "dataset": dataset.global() });
        let asked = READERS.map(|reader| vec![request(&self.tokens[reader], &query, &variables)]);
        let found: api::records::Shown<api::statistics::DatasetContent> =
            api::records::one(&self.node.reads.0, &viewer(&self.node, READERS[0]).await?, dataset.into())
                .await?;
        let file = found.content.vintage.as_ref().context("a vintage")?.file.clone();
        let cube = Cubes::new(self.node.vault.clone(), 1 << 29).get(&file).await?;
        self.reads(mixed(asked.into()), Some((cube, question))).await
    }

    /// One question of one viewer.
    pub async fn asked(&self, login: &str, query: &str, variables: &Value) -> Result<Sides> {
        let token = self.tokens.get(login).with_context(|| format!("{login} is no reader"))?;
        self.reads(vec![request(token, query, variables)], None).await
    }

    async fn reads(&self, asked: Vec<Vec<u8>>, cube: Option<(Arc<Cube>, Question)>) -> Result<Sides> {
        let mut recorded = Vec::with_capacity(asked.len());
        for bytes in &asked {
            recorded.push(self.record(bytes).await?.1);
        }
        let statements = recorded.iter().map(Vec::len).max().unwrap_or_default();
        let (asked, recorded) = (Arc::new(asked), Arc::new(recorded));
        let (mut node, mut floor) = (Row::new(), Row::new());
        for _ in 0..LANES {
            let client = Client::of(&self.address);
            node.push(Box::new(Asking { client, asked: asked.clone() }));
            let (node, recorded, cube) = (self.node.clone(), recorded.clone(), cube.clone());
            floor.push(Box::new(Replaying { node, recorded, cube }));
        }
        Ok(Sides { node: Lanes::of_clients(node)?, floor: Lanes::new(floor), statements })
    }

    /// A plan is drafted, then revised, by sixteen at once.
    pub async fn writes(&self) -> Result<Sides> {
        let editor = viewer(&self.node, "mx.segob.editor").await?;
        let content = json!({
            "name": { "es": "Plan de contingencia", "en": "Contingency plan" },
            "lead": editor.institution.global(),
            "phases": [{ "name": { "es": "Recepción", "en": "Reception" } }],
        });
        let token = self.tokens["mx.segob.editor"].clone();
        let writing = Writing::new(token, content);
        let (answer, draft) = self.record(&writing.draft).await?;
        let id = answer["data"]["draftPlan"]["plan"]["id"].as_str().context("a plan")?.to_owned();
        let (_, revise) = self.record(&writing.revise(&id)).await?;
        let recorded = Uuid::try_parse(id.trim_start_matches("Plan:"))?;
        let statements = draft.len().max(revise.len());
        let pair = Arc::new((draft, revise));
        let (mut node, mut floor) = (Row::new(), Row::new());
        for _ in 0..LANES {
            let client = Client::of(&self.address);
            node.push(Box::new(Drafting { client, writing: writing.clone(), open: None }));
            let (node, pair) = (self.node.clone(), pair.clone());
            floor.push(Box::new(Rewriting { node, pair, recorded, open: None }));
        }
        Ok(Sides { node: Lanes::of_clients(node)?, floor: Lanes::new(floor), statements })
    }

    /// What a request is answered with, and what it executes when it comes a second time.
    async fn record(&self, bytes: &[u8]) -> Result<(Value, Vec<Step>)> {
        use http_body_util::BodyExt;
        use tower::ServiceExt;
        let text = std::str::from_utf8(bytes)?;
        let (head, body) = text.split_once("\r\n\r\n").context("a request")?;
        let mut request = axum::http::Request::post("/graphql");
        for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
            request = request.header(name, value);
        }
        self.tape.take();
        let request = request.body(axum::body::Body::from(body.to_owned()))?;
        let answer = self.recording.clone().oneshot(request).await?;
        let answer = serde_json::from_slice(&answer.into_body().collect().await?.to_bytes())?;
        Ok((answer, self.tape.take()))
    }
}

/// The requests of all viewers, in turn.
fn mixed(of_each: Vec<Vec<Vec<u8>>>) -> Vec<Vec<u8>> {
    let most = of_each.iter().map(Vec::len).max().unwrap_or_default();
    (0..most).flat_map(|at| of_each.iter().filter_map(move |asked| asked.get(at).cloned())).collect()
}

struct Asking {
    client: Client,
    asked: Arc<Vec<Vec<u8>>>,
}

#[async_trait]
impl Lane for Asking {
    async fn turn(&mut self, at: usize) -> Result<()> {
        self.client.ask(&self.asked[at % self.asked.len()]).await.map(|_| ())
    }
}

struct Replaying {
    node: Node,
    recorded: Arc<Vec<Vec<Step>>>,
    /// What is asked of which cube beside the statements.
    cube: Option<(Arc<Cube>, Question)>,
}

#[async_trait]
impl Lane for Replaying {
    async fn turn(&mut self, at: usize) -> Result<()> {
        replay(&self.node.reads.0, &self.recorded[at % self.recorded.len()]).await?;
        if let Some((cube, question)) = self.cube.clone() {
            std::hint::black_box(tokio::task::spawn_blocking(move || cube.ask(&question)).await??);
        }
        Ok(())
    }
}

/// The two mutations.
#[derive(Clone)]
struct Writing {
    token: String,
    content: Value,
    draft: Vec<u8>,
}

impl Writing {
    fn new(token: String, content: Value) -> Self {
        let query = "mutation Draft($input: DraftPlanInput!) { draftPlan(input: $input) \
                     { plan { id revision } userErrors { message path } } }";
        let input = json!({ "input": { "content": content, "handling": "GREEN" } });
        Self { draft: request(&token, query, &input), token, content }
    }

    fn revise(&self, id: &str) -> Vec<u8> {
        let query = "mutation Revise($input: RevisePlanInput!) { revisePlan(input: $input) \
                     { plan { id revision } userErrors { message path } } }";
        // What is as it was is no new revision.
        let mut content = self.content.clone();
        content["phases"][0]["name"] =
            json!({ "es": "Recepción y registro", "en": "Reception and registration" });
        let input = json!({ "input": { "id": id, "expectedRevision": 1, "content": content } });
        request(&self.token, query, &input)
    }
}

struct Drafting {
    client: Client,
    writing: Writing,
    /// The plan that was drafted and is now to be revised.
    open: Option<String>,
}

#[async_trait]
impl Lane for Drafting {
    async fn turn(&mut self, _: usize) -> Result<()> {
        match self.open.take() {
            None => {
                let answer = self.client.ask_json(&self.writing.draft).await?;
                let id = answer["data"]["draftPlan"]["plan"]["id"].as_str();
                self.open = Some(id.with_context(|| answer.to_string())?.to_owned());
            }
            Some(id) => {
                let answer = self.client.ask_json(&self.writing.revise(&id)).await?;
                answer["data"]["revisePlan"]["plan"]["id"].as_str().with_context(|| answer.to_string())?;
            }
        }
        Ok(())
    }
}

struct Rewriting {
    node: Node,
    pair: Arc<(Vec<Step>, Vec<Step>)>,
    recorded: Uuid,
    open: Option<Uuid>,
}

#[async_trait]
impl Lane for Rewriting {
    async fn turn(&mut self, _: usize) -> Result<()> {
        let (steps, record) = match self.open.take() {
            None => {
                let record = Uuid::now_v7();
                self.open = Some(record);
                (&self.pair.0, record)
            }
            Some(record) => (&self.pair.1, record),
        };
        replay_command(&self.node, steps, &Anew { recorded: self.recorded, record }).await
    }
}
