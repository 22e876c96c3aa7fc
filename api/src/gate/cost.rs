//! What an operation costs, with the values it came with.
//!
//! - Every field that is written costs 1, each time it is spread: `__typename` too.
//! - A field with `first` or `last` returns a page. The lists directly in it (`nodes`, `edges`)
//!   hold as many items as the page: the value given, else its default, else [`PAGE`], at most
//!   [`LARGEST_PAGE`]. So `plans(first: 50) { nodes { title } }` costs 1 + 1 + 50.
//! - A list field with `ids` holds as many items as ids are given.
//! - Any other list is taken to hold [`LIST`] items.
//! - Inline fragments on different types are added up, though a record is of one type only.
//! - What `@skip` and `@include` leave out costs nothing, since it is removed before anything runs.
//! - Introspection is counted with the real size of the schema and divided by [`DESCRIBED`]: it
//!   touches no database.
//!
//! A fragment is weighed once, however often it is spread.

use std::collections::HashMap;

use apollo_compiler::{
    ExecutableDocument, Name,
    ast::{DirectiveList, Value},
    executable::{Field, Operation, Selection, SelectionSet},
};
use async_graphql::{Value as Given, Variables};

use super::described::Described;

/// Items of a page whose size is nowhere given.
pub const PAGE: u64 = 20;
/// The largest page the node hands out; what asks for more is refused where it is resolved.
pub const LARGEST_PAGE: u64 = 100;
/// Items of a list that is not paged.
pub const LIST: u64 = 5;
/// Fields of introspection that cost as much as one field of a record.
pub const DESCRIBED: u64 = 10;

/// What a selection set costs: once, and per item of the lists directly in it.
#[derive(Clone, Copy, Default)]
struct Weight {
    once: u64,
    item: u64,
}

impl Weight {
    fn of(self, items: u64) -> u64 {
        self.once.saturating_add(self.item.saturating_mul(items))
    }
}

pub(super) struct Scale<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    described: &'a Described,
    weighed: HashMap<&'a Name, Weight>,
}

impl<'a> Scale<'a> {
    pub(super) fn new(
        document: &'a ExecutableDocument,
        variables: &'a Variables,
        described: &'a Described,
    ) -> Self {
        Self { document, variables, described, weighed: HashMap::new() }
    }

    pub(super) fn weigh(&mut self, operation: &'a Operation) -> u64 {
        self.set(&operation.selection_set).of(LIST)
    }

    /// The names of the fields at the root, in order, as often as they are resolved; stops one
    /// past `most`.
    pub(super) fn roots(&self, operation: &'a Operation, most: usize) -> Vec<String> {
        let mut names = Vec::new();
        self.root_set(&operation.selection_set, most, &mut names);
        names
    }

    fn root_set(&self, set: &'a SelectionSet, most: usize, names: &mut Vec<String>) {
        for selection in set.selections.iter().filter(|selection| !self.left_out(selection.directives())) {
            if names.len() > most {
                return;
            }
            match selection {
                Selection::Field(field) => names.push(field.name.to_string()),
                Selection::InlineFragment(inline) => self.root_set(&inline.selection_set, most, names),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name) {
                        self.root_set(&fragment.selection_set, most, names);
                    }
                }
            }
        }
    }

    fn set(&mut self, set: &'a SelectionSet) -> Weight {
        let mut sum = Weight::default();
        for selection in &set.selections {
            if self.left_out(selection.directives()) {
                continue;
            }
            let weight = match selection {
                Selection::Field(field) => self.field(field, &set.ty),
                Selection::InlineFragment(inline) => self.set(&inline.selection_set),
                Selection::FragmentSpread(spread) => self.fragment(&spread.fragment_name),
            };
            sum.once = sum.once.saturating_add(weight.once);
            sum.item = sum.item.saturating_add(weight.item);
        }
        sum
    }

    fn fragment(&mut self, name: &'a Name) -> Weight {
        if let Some(weight) = self.weighed.get(name) {
            return *weight;
        }
        let Some(fragment) = self.document.fragments.get(name) else { return Weight::default() };
        let weight = self.set(&fragment.selection_set);
        self.weighed.insert(name, weight);
        weight
    }

    fn field(&mut self, field: &'a Field, parent: &Name) -> Weight {
        let inner = self.set(&field.selection_set);
        let is_list = field.definition.ty.is_list();
        if is_described(parent) {
            let items = if is_list { self.described.items(&field.name) } else { 1 };
            return Weight { once: inner.once.saturating_mul(items).saturating_add(1), item: 0 };
        }
        if is_described(&field.selection_set.ty) {
            let told = inner.once.saturating_mul(self.described.root(&field.name));
            return Weight { once: told.div_ceil(DESCRIBED).saturating_add(1), item: 0 };
        }
        match (self.page(field).or_else(|| self.ids(field)), is_list) {
            (Some(items), true) => {
                Weight { once: inner.of(LIST).saturating_mul(items).saturating_add(1), item: 0 }
            }
            (Some(items), false) => Weight { once: inner.of(items).saturating_add(1), item: 0 },
            (None, true) => Weight { once: 1, item: inner.of(LIST) },
            (None, false) => Weight { once: inner.of(LIST).saturating_add(1), item: 0 },
        }
    }

    /// The size of the page that a field returns, if it returns one.
    fn page(&self, field: &Field) -> Option<u64> {
        let sizes = ["first", "last"];
        if !sizes.iter().any(|name| field.definition.argument_by_name(name).is_some()) {
            return None;
        }
        let given = sizes.iter().filter_map(|name| self.number(field, name)).max();
        Some(given.unwrap_or(PAGE).clamp(1, LARGEST_PAGE))
    }

    fn number(&self, field: &Field, name: &str) -> Option<u64> {
        let default = || field.definition.argument_by_name(name)?.default_value.as_deref()?.to_i32();
        let number = match field.specified_argument_by_name(name).map(|value| value.as_ref()) {
            Some(Value::Variable(variable)) => match self.variables.get(variable.as_str()) {
                Some(Given::Number(number)) => number.as_i64(),
                Some(_) => None,
                None => default().map(i64::from),
            },
            Some(value) => value.to_i32().map(i64::from),
            None => default().map(i64::from),
        };
        number.map(|number| u64::try_from(number).unwrap_or(0))
    }

    /// How many ids a field is given, if it takes ids.
    fn ids(&self, field: &Field) -> Option<u64> {
        field.definition.argument_by_name("ids").filter(|ids| ids.ty.is_list())?;
        let count = match field.specified_argument_by_name("ids")?.as_ref() {
            Value::Variable(variable) => match self.variables.get(variable.as_str())? {
                Given::List(ids) => ids.len(),
                _ => 1,
            },
            Value::List(ids) => ids.len(),
            _ => 1,
        };
        Some((count as u64).max(1))
    }

    fn left_out(&self, directives: &DirectiveList) -> bool {
        let is = |name: &str| {
            let condition = directives.get(name)?.specified_argument_by_name("if")?;
            match condition.as_ref() {
                Value::Variable(variable) => match self.variables.get(variable.as_str())? {
                    Given::Boolean(yes) => Some(*yes),
                    _ => None,
                },
                value => value.to_bool(),
            }
        };
        is("skip") == Some(true) || is("include") == Some(false)
    }
}

/// A type of the introspection system.
fn is_described(ty: &Name) -> bool {
    ty.starts_with("__")
}
