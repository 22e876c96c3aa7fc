//! What a country lacks: of the catalogue of services, where, from when, how much.

use chrono::NaiveDate;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set, entity::prelude::*};

use super::{sight, telling};
use crate::{
    access::{Action, Open},
    bounds::Bounds,
    clock::Moment,
    directory::{division, reception_point},
    error::{Error, Problem, Reason, Result},
    ids::{AccountId, GapId, InstitutionId, ReceptionPointId},
    ledger::{What, Work, sha256},
    plans::{currency, terms::ServiceKind},
    say,
    statistics::figure,
    text::Text,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "support_gap")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GapId,
    /// Whose it is, ISO 3166-1 alpha-2.
    pub country: String,
    pub owner_id: InstitutionId,
    /// The code of the service.
    pub service: String,
    pub point_id: Option<ReceptionPointId>,
    /// ISO 3166-2.
    pub division: Option<String>,
    pub from_day: NaiveDate,
    /// The last day.
    pub until_day: Option<NaiveDate>,
    /// Hundredths of the unit.
    pub amount: i64,
    pub unit: Unit,
    /// ISO 4217, where the unit is money.
    pub currency: Option<String>,
    /// What is lacking, as JSON of both languages.
    pub lacking: String,
    /// Whether those who are asked see one another's offers.
    pub offers_shared: bool,
    pub account_id: AccountId,
    pub at: Moment,
    pub closed_at: Option<Moment>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a gap is counted in.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(12))", rename_all = "snake_case")]
#[graphql(name = "SupportUnit")]
pub enum Unit {
    /// Persons attended to.
    Persons,
    /// Places, such as beds.
    Places,
    /// Pieces, such as kits.
    Pieces,
    /// Rations of food.
    Rations,
    /// Journeys of a vehicle or an aircraft.
    Trips,
    /// Persons who work.
    Staff,
    /// Money, in the currency that is named.
    Money,
}

impl Unit {
    fn decimals(self) -> u8 {
        if self == Unit::Money { 2 } else { 0 }
    }

    /// The amount as it is kept: hundredths.
    pub fn parse(self, text: &str, path: &str) -> std::result::Result<i64, Problem> {
        let refuse = |reason, say| Problem::new(reason, path, say);
        let most = i64::MAX / 1_000_000;
        let figure = figure::parse(text, self.decimals()).map_err(|wrong| refuse(wrong.reason, wrong.say))?;
        if figure == 0 || figure > most {
            return Err(refuse(
                Reason::OutOfRange,
                say!("más que cero, y menos de un billón", "more than zero, and less than a million million"),
            ));
        }
        Ok(if self == Unit::Money { figure } else { figure * 100 })
    }

    /// The amount as it is written.
    pub fn write(self, hundredths: i64) -> String {
        match self {
            Unit::Money => figure::write(hundredths, 2),
            _ => figure::write(hundredths / 100, 0),
        }
    }
}

/// What is stated of a gap.
pub struct Facts {
    pub service: ServiceKind,
    pub point: Option<ReceptionPointId>,
    pub division: Option<String>,
    pub from: NaiveDate,
    pub until: Option<NaiveDate>,
    pub amount: String,
    pub unit: Unit,
    pub currency: Option<String>,
    pub lacking: Text,
    pub offers_shared: bool,
}

/// The longest text of a gap, a request or an offer, in characters.
pub const LONGEST: usize = 5_000;
/// The most gaps of a country that are open at a time.
const MOST_OPEN: u64 = 1_000;

/// States a gap of the own country.
pub async fn state(work: &mut Work, facts: Facts) -> Result<GapId> {
    let viewer = work.viewer.clone();
    work.permit(Action::StateGap, viewer.standing(viewer.institution, viewer.country.as_deref()))?;
    let country = viewer.country.clone().ok_or_else(|| Error::Forbidden(Action::StateGap.say()))?;
    let mut bounds = Bounds::default();
    bounds.words("input.lacking", &facts.lacking, LONGEST);
    if facts.until.is_some_and(|until| until < facts.from) {
        let from = facts.from;
        bounds.add(
            Reason::OutOfRange,
            "input.until",
            say!("no puede ser anterior a {from}", "cannot be earlier than {from}"),
        );
    }
    check_place(work, &country, &facts, &mut bounds).await?;
    check_currency(&facts, &mut bounds);
    let amount = match facts.unit.parse(&facts.amount, "input.amount") {
        Ok(amount) => amount,
        Err(problem) => {
            bounds.add(problem.reason, problem.path, problem.say);
            0
        }
    };
    bounds.done()?;
    if open(work, &country).await? >= MOST_OPEN {
        let say =
            say!("a lo sumo {MOST_OPEN} abiertas; cierre alguna", "at most {MOST_OPEN} open ones; close one");
        return Err(Problem::new(Reason::WrongState, "input", say).into());
    }

    let lacking = serde_json::to_string(&facts.lacking).map_err(anyhow::Error::from)?;
    let row = Model {
        id: GapId::new(),
        country,
        owner_id: viewer.institution,
        service: crate::plans::terms::Term::code(facts.service).into(),
        point_id: facts.point,
        division: facts.division,
        from_day: facts.from,
        until_day: facts.until,
        amount,
        unit: facts.unit,
        currency: facts.currency,
        lacking,
        offers_shared: facts.offers_shared,
        account_id: viewer.account,
        at: work.clock.now(),
        closed_at: None,
    };
    let hash = sha256(row.lacking.as_bytes());
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    telling::home(work, What::GapStated, row.id.0, &row, Some(hash));
    Ok(row.id)
}

async fn check_place(work: &Work, country: &str, facts: &Facts, bounds: &mut Bounds) -> Result<()> {
    if let Some(point) = facts.point {
        let found = reception_point::Entity::open_to(&work.viewer)
            .filter(reception_point::Column::Id.eq(point))
            .filter(reception_point::Column::Country.eq(country))
            .one(&work.db)
            .await?;
        if found.is_none() {
            let say = say!("no es un punto de recepción de su país", "is no reception point of your country");
            bounds.add(Reason::Unknown, "input.point", say);
        }
    }
    if let Some(code) = &facts.division {
        let found = division::Entity::open_to(&work.viewer)
            .filter(division::Column::Code.eq(code))
            .filter(division::Column::Country.eq(country))
            .one(&work.db)
            .await?;
        if found.is_none() {
            let say = say!(
                "no es una división de su país (ISO 3166-2)",
                "is no division of your country (ISO 3166-2)"
            );
            bounds.add(Reason::Unknown, "input.division", say);
        }
    }
    Ok(())
}

fn check_currency(facts: &Facts, bounds: &mut Bounds) {
    match (facts.unit, &facts.currency) {
        (Unit::Money, None) => bounds.add(
            Reason::Required,
            "input.currency",
            say!("el dinero lleva moneda, como `MXN`", "money has a currency, such as `MXN`"),
        ),
        (Unit::Money, Some(code)) if !currency::is_known(code) => bounds.add(
            Reason::Unknown,
            "input.currency",
            say!("no es un código ISO 4217, como `MXN`", "is no code of ISO 4217, such as `MXN`"),
        ),
        (unit, Some(_)) if unit != Unit::Money => bounds.add(
            Reason::OutOfRange,
            "input.currency",
            say!("solo el dinero lleva moneda", "only money has a currency"),
        ),
        _ => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "how many there are of the viewer's own country")]
async fn open(work: &Work, country: &str) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    let open = Entity::find().filter(Column::Country.eq(country)).filter(Column::ClosedAt.is_null());
    Ok(open.count(&work.db).await?)
}

/// Closes a gap: nobody is asked any more, and nothing is offered. Commitments go on.
pub async fn close(work: &mut Work, id: GapId) -> Result<GapId> {
    let gap = sight::locked(work, id).await?;
    work.permit(Action::DecideSupport, work.viewer.standing(gap.owner_id, Some(&gap.country)))?;
    still_open(&gap)?;
    let mut closed = gap.clone().into_active_model();
    closed.closed_at = Set(Some(work.clock.now()));
    closed.update(&work.db).await?;
    let asked = sight::asked(&work.db, id).await?;
    telling::all(work, What::GapClosed, id.0, &gap, asked, None);
    Ok(id)
}

/// Refuses what is only done while the gap is open.
pub fn still_open(gap: &Model) -> Result<()> {
    match gap.closed_at {
        None => Ok(()),
        Some(_) => Err(Problem::new(
            Reason::WrongState,
            "input",
            say!("la necesidad ya se cerró", "the gap is closed"),
        )
        .into()),
    }
}

impl Model {
    pub fn lacking(&self) -> Text {
        words(&self.lacking)
    }
}

/// Words that were kept as JSON.
pub fn words(text: &str) -> Text {
    serde_json::from_str(text).unwrap_or_else(|_| Text::spanish(""))
}
