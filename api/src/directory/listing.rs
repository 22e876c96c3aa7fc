//! A page of a directory list, in the order of its codes.

use sea_orm::{Condition, DatabaseConnection, PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{
    access::{Open, Viewer},
    error::{Problem, Reason, Result},
    page::{Connection, Page},
    say,
    text::fold,
};

/// An entity of the directory that is listed by a code and found by text.
pub trait Listed: Open {
    /// The unique text that the list is ordered by.
    const KEY: Self::Column;
    /// Folded text that filters match.
    const SEARCH: Self::Column;
    const COUNTRY: Option<Self::Column>;

    fn key(row: &Self::Model) -> &str;
}

/// Longest text that a filter takes.
pub const LONGEST_FILTER: usize = 100;

/// What the rows must match.
#[derive(Clone, Debug, Default)]
pub struct Match {
    pub country: Option<String>,
    pub text: Option<String>,
}

/// A pattern that finds the text anywhere, whatever its case and accents.
pub fn pattern(text: &str, path: &str) -> Result<String> {
    if text.chars().count() > LONGEST_FILTER {
        return Err(Problem::new(
            Reason::TooLarge,
            path,
            say!("a lo sumo {LONGEST_FILTER} caracteres", "at most {LONGEST_FILTER} characters"),
        )
        .into());
    }
    let literal = fold(text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Ok(format!("%{literal}%"))
}

/// Matches a column that holds folded text.
pub fn matches(column: impl sea_orm::sea_query::IntoColumnRef, pattern: String) -> SimpleExpr {
    use sea_orm::sea_query::{ExprTrait, LikeExpr};
    Expr::col(column).like(LikeExpr::new(pattern).escape('\\'))
}

use sea_orm::sea_query::SimpleExpr;

/// A page of what the viewer may see of `E`.
pub async fn list<E>(
    db: &DatabaseConnection,
    viewer: &Viewer,
    page: &Page,
    wanted: &Match,
    count: bool,
) -> Result<Connection<E::Model>>
where
    E: Listed,
    E::Model: Sync,
{
    let mut matching = Condition::all();
    if let (Some(column), Some(country)) = (E::COUNTRY, &wanted.country) {
        matching = matching.add(column.eq(country.as_str()));
    }
    if let Some(text) = &wanted.text {
        matching = matching.add(matches((E::default(), E::SEARCH), pattern(text, "text")?));
    }
    let all = E::open_to(viewer).filter(matching);
    let bound =
        |cursor: &Option<Vec<u8>>| cursor.as_ref().map(|key| String::from_utf8_lossy(key).into_owned());
    let mut rows = all.clone();
    if let Some(after) = bound(&page.after) {
        rows = rows.filter(E::KEY.gt(after));
    }
    if let Some(before) = bound(&page.before) {
        rows = rows.filter(E::KEY.lt(before));
    }
    let rows = if page.backward { rows.order_by_desc(E::KEY) } else { rows.order_by_asc(E::KEY) };
    let rows = rows.limit(page.limit()).all(db).await?;
    let mut connection = page.cut(rows, |row| E::key(row).as_bytes().to_vec());
    if count {
        connection.total_count = Some(all.count(db).await? as i64);
    }
    Ok(connection)
}
