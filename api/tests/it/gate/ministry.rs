//! A schema in which everything can go wrong, in each place where it can.

use api::{
    error::{Error, Problem, Reason, Result},
    gate::Propagate,
    say,
};
use async_graphql::{
    Context, Guard, ID, InputObject, Json, MaybeUndefined, Object, OneofObject, Schema, SimpleObject,
    Subscription,
};
use futures::{Stream, stream};

pub type Ministry = Schema<Query, Mutation, News>;

pub fn schema() -> Ministry {
    Schema::build(Query, Mutation, News)
        .validation_mode(async_graphql::ValidationMode::Fast)
        .extension(Propagate)
        .finish()
}

pub struct Query;
pub struct Mutation;
pub struct News;
pub struct Plan(pub i32);

#[derive(SimpleObject)]
pub struct Connection {
    nodes: Vec<Plan>,
    total: i32,
}

#[derive(InputObject)]
pub struct Save {
    title: MaybeUndefined<String>,
    phases: Option<Vec<Phase>>,
    #[graphql(default = 7)]
    days: i32,
}

#[derive(InputObject)]
pub struct Phase {
    name: String,
    order: Option<i32>,
}

#[derive(OneofObject)]
pub enum By {
    Id(ID),
    Code(String),
}

pub struct Never;

impl Guard for Never {
    async fn check(&self, _: &Context<'_>) -> async_graphql::Result<()> {
        Err(wrong().into())
    }
}

fn wrong() -> Error {
    Problem::new(Reason::Unknown, "x", say!("no", "no")).into()
}

#[Object]
impl Query {
    async fn plan(&self, id: Option<ID>) -> Option<Plan> {
        Some(Plan(id.and_then(|id| id.parse().ok()).unwrap_or(1)))
    }

    async fn required(&self) -> Plan {
        Plan(1)
    }

    async fn plans(&self, #[graphql(default = 20)] first: i32, after: Option<String>) -> Connection {
        let _ = after;
        Connection { nodes: (0..first.min(3)).map(Plan).collect(), total: first }
    }

    async fn list(&self) -> Vec<Plan> {
        (0..3).map(Plan).collect()
    }

    async fn nodes(&self, ids: Vec<ID>) -> Vec<Option<Plan>> {
        ids.iter().map(|id| id.parse().ok().map(Plan)).collect()
    }

    async fn find(&self, by: By) -> String {
        match by {
            By::Id(id) => id.0,
            By::Code(code) => code,
        }
    }

    async fn echo(&self, value: Json<async_graphql::Value>) -> String {
        value.0.to_string()
    }

    async fn limited(&self, n: i32) -> i32 {
        n
    }

    async fn slow(&self) -> i32 {
        tokio::task::yield_now().await;
        1
    }

    async fn refuse(&self) -> Result<Option<i32>> {
        Err(wrong())
    }

    async fn refuse_required(&self) -> Result<i32> {
        Err(wrong())
    }

    /// Nullable items that fail by themselves.
    async fn some(&self) -> Vec<Option<async_graphql::Result<i32>>> {
        vec![Some(Ok(0)), Some(Err(wrong().into())), None]
    }

    #[graphql(guard = "Never")]
    async fn guarded(&self) -> Option<i32> {
        Some(1)
    }

    async fn burst(&self) -> Option<i32> {
        let nothing: Vec<i32> = Vec::new();
        Some(nothing.into_iter().next().expect("a defect"))
    }
}

#[Object]
impl Plan {
    async fn id(&self) -> i32 {
        self.0
    }

    async fn title(&self) -> String {
        format!("Plan {}", self.0)
    }

    async fn owner(&self) -> Option<Plan> {
        Some(Plan(self.0))
    }

    async fn parts(&self) -> Option<Vec<Plan>> {
        Some((0..2).map(Plan).collect())
    }

    /// The second of every list fails here.
    async fn sometimes(&self) -> Result<Option<i32>> {
        if self.0 == 1 { Err(wrong()) } else { Ok(Some(self.0)) }
    }

    async fn sometimes_required(&self) -> Result<i32> {
        if self.0 == 1 { Err(wrong()) } else { Ok(self.0) }
    }
}

#[Object]
impl Mutation {
    async fn save(&self, input: Save) -> Plan {
        let title = match input.title {
            MaybeUndefined::Undefined => 0,
            MaybeUndefined::Null => 1,
            MaybeUndefined::Value(_) => 2,
        };
        let phases: i32 =
            input.phases.iter().flatten().filter(|p| !p.name.is_empty()).filter_map(|p| p.order).sum();
        Plan(title * 100 + input.days + phases)
    }

    async fn remove(&self) -> Result<Option<bool>> {
        Err(wrong())
    }
}

#[Subscription]
impl News {
    async fn plans(&self) -> impl Stream<Item = Plan> {
        stream::iter([Plan(0), Plan(1), Plan(2)])
    }
}
