//! Anything that has a global id, by it (Relay Global Object Identification).

use async_graphql::{Context, ID, Interface, Object};

use crate::{
    ask::Ask,
    directory::{Account, Consulate, Institution, ReceptionPoint},
    error::{Error, Problem, Reason, Result},
    ids::{
        AccountId, ConsulateId, DatasetId, GapId, ImportJobId, InstitutionId, MeetingId, PlanId,
        ReceptionPointId,
    },
    meetings::Meeting,
    page::MOST,
    plans::{Plan, support::Gap},
    say,
    statistics::{Dataset, ImportJob},
};

/// Anything that has a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id."))]
pub enum Node {
    Institution(Institution),
    Account(Account),
    Consulate(Consulate),
    ReceptionPoint(ReceptionPoint),
    Plan(Plan),
    Dataset(Dataset),
    ImportJob(ImportJob),
    Meeting(Meeting),
    Gap(Gap),
}

#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// What has this id, if you see it.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id.")] id: ID,
    ) -> Result<Option<Node>> {
        find(ctx, &id).await.map(Some)
    }

    /// What has these ids, in their order; null and an error where there is nothing for you.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids; at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<async_graphql::Result<Node>>>> {
        if ids.len() as u64 > MOST {
            return Err(
                Problem::new(Reason::TooLarge, "ids", say!("a lo sumo {MOST}", "at most {MOST}")).into()
            );
        }
        Ok(futures::future::join_all(
            ids.iter().map(async |id| Some(find(ctx, id).await.map_err(Into::into))),
        )
        .await)
    }
}

async fn find(ctx: &Context<'_>, id: &str) -> Result<Node> {
    macro_rules! among {
        ($($id:ident => $node:ident),+) => {
            match id.split_once(':').map(|(kind, _)| kind) {
                $(Some($id::KIND) => match $id::parse_global(id) {
                    Some(id) => ctx.load(id).await?.map(|found| Node::$node($node(found))),
                    None => None,
                },)+
                _ => None,
            }
        };
    }
    let found = among!(
        InstitutionId => Institution,
        AccountId => Account,
        ConsulateId => Consulate,
        ReceptionPointId => ReceptionPoint,
        PlanId => Plan,
        DatasetId => Dataset,
        ImportJobId => ImportJob,
        MeetingId => Meeting,
        GapId => Gap
    );
    found.ok_or_else(|| Error::NotFound(say!("nada con ese identificador", "thing of that id")))
}
