//! Lists, a page at a time: the one connection of the API (Relay Cursor Connections).

use std::borrow::Cow;

use async_graphql::{Object, OutputType, SimpleObject, TypeName};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};

use crate::{
    error::{Error, Problem, Reason, Result},
    say,
};

/// Items a page holds when the client does not say.
pub const USUAL: u64 = 20;
/// Items a page holds at most.
pub const MOST: u64 = 100;

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub size: u64,
    /// Only what comes after the item of this key.
    pub after: Option<Vec<u8>>,
    /// Only what comes before the item of this key.
    pub before: Option<Vec<u8>>,
    /// The last items instead of the first.
    pub backward: bool,
}

impl Page {
    pub fn new(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Self> {
        if first.is_some() && last.is_some() {
            return Err(Error::BadRequest(say!(
                "pida `first` o `last`, no los dos",
                "ask for `first` or for `last`, not for both"
            )));
        }
        let size = |path: &str, size: Option<i32>| match size {
            None => Ok(USUAL),
            Some(size) => {
                u64::try_from(size).ok().filter(|size| (1..=MOST).contains(size)).ok_or_else(|| {
                    Problem::new(
                        Reason::OutOfRange,
                        path,
                        say!("entre 1 y {MOST}, no {size}", "between 1 and {MOST}, not {size}"),
                    )
                })
            }
        };
        let size = if last.is_some() { size("last", last)? } else { size("first", first)? };
        let cursor = |path: &str, cursor: Option<String>| {
            cursor
                .map(|cursor| {
                    let key = B64.decode(&cursor).ok().filter(|key| !key.is_empty() && key.len() <= 128);
                    key.ok_or_else(|| {
                        Problem::new(
                            Reason::Malformed,
                            path,
                            say!(
                                "use un cursor tal como vino en `pageInfo` o `edges`",
                                "use a cursor as it came in `pageInfo` or `edges`"
                            ),
                        )
                    })
                })
                .transpose()
        };
        Ok(Self {
            size,
            after: cursor("after", after)?,
            before: cursor("before", before)?,
            backward: last.is_some(),
        })
    }

    /// Rows to read: one more than is shown tells whether there is a next page.
    pub fn limit(&self) -> u64 {
        self.size + 1
    }

    /// Puts what was read, in reading order and one row more than asked, into list order.
    pub fn cut<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> Vec<u8>) -> Connection<T> {
        let more = rows.len() as u64 > self.size;
        rows.truncate(self.size as usize);
        if self.backward {
            rows.reverse();
        }
        let (has_next_page, has_previous_page) =
            if self.backward { (self.before.is_some(), more) } else { (more, self.after.is_some()) };
        let edges: Vec<_> =
            rows.into_iter().map(|node| Edge { cursor: B64.encode(key(&node)), node }).collect();
        let page_info = PageInfo {
            has_next_page,
            has_previous_page,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Connection { edges, page_info, total_count: None }
    }
}

/// A page of a list.
pub struct Connection<T> {
    pub edges: Vec<Edge<T>>,
    pub page_info: PageInfo,
    /// Counted only when asked for.
    pub total_count: Option<i64>,
}

/// An item and its place in the list.
pub struct Edge<T> {
    pub cursor: String,
    pub node: T,
}

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there is a page after this one.
    pub has_next_page: bool,
    /// Whether there is a page before this one.
    pub has_previous_page: bool,
    /// The cursor of the first item, for `before`.
    pub start_cursor: Option<String>,
    /// The cursor of the last item, for `after`.
    pub end_cursor: Option<String>,
}

impl<T> Connection<T> {
    pub fn map<U>(self, change: impl Fn(T) -> U) -> Connection<U> {
        let edges = self
            .edges
            .into_iter()
            .map(|edge| Edge { cursor: edge.cursor, node: change(edge.node) })
            .collect();
        Connection { edges, page_info: self.page_info, total_count: self.total_count }
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// The items, each with its cursor.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }
    /// The items.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
    /// Where this page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }
    /// How many items you can see in the whole list.
    async fn total_count(&self) -> i64 {
        self.total_count.unwrap_or_default()
    }
}

/// An item and its place in the list.
#[Object(name_type)]
impl<T: OutputType> Edge<T> {
    /// The item's place, for `after` and `before`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }
    /// The item.
    async fn node(&self) -> &T {
        &self.node
    }
}
