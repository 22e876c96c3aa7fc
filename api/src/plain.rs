//! Objects whose fields are all there already. The executor makes a future in a box for every field
//! of every object, and a list of them that it waits for; on a page of 20 plans that was two fifths of
//! what the node adds to its statements. Here such an object is answered on the spot, field after
//! field.
//!
//! What is rare is left to the executor: fragments, directives, a field asked for twice, a field that waits
//! after all. So is every object of a schema with an extension, which must hear of each field.

use std::borrow::Cow;

use async_graphql::{
    ContainerType, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
    parser::types::{Field, Selection},
    registry::Registry,
};
use futures::FutureExt;
use indexmap::IndexMap;

/// Tells, as data of a schema, that it has no extension.
pub struct Unwatched;

/// An object whose fields wait for nothing. Clients see what it holds.
#[derive(Clone, Debug)]
pub struct Plain<T>(pub T);

/// A list of such.
#[derive(Clone, Debug)]
pub struct Plains<T>(pub Vec<T>);

impl<T: ContainerType> OutputType for Plain<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match unwatched(ctx).then(|| at_once(ctx, &self.0)).flatten() {
            Some(answer) => answer,
            None => Box::pin(self.0.resolve(ctx, field)).await,
        }
    }
}

impl<T: ContainerType> OutputType for Plains<T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<T> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match unwatched(ctx).then(|| all_at_once(ctx, &self.0)).flatten() {
            Some(answer) => answer,
            None => Box::pin(self.0.resolve(ctx, field)).await,
        }
    }
}

fn unwatched(ctx: &ContextSelectionSet<'_>) -> bool {
    ctx.data_opt::<Unwatched>().is_some()
}

/// None if it is for the executor.
fn all_at_once<T: ContainerType>(ctx: &ContextSelectionSet<'_>, items: &[T]) -> Option<ServerResult<Value>> {
    let mut list = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let ctx = ctx.with_index(at);
        match at_once(&ctx, item)? {
            Ok(value) => list.push(value),
            Err(error) => return Some(Err(ctx.set_error_path(error))),
        }
    }
    Some(Ok(Value::List(list)))
}

/// None if it is for the executor.
fn at_once<T: ContainerType>(ctx: &ContextSelectionSet<'_>, object: &T) -> Option<ServerResult<Value>> {
    let selections = &ctx.item.node.items;
    let mut fields = IndexMap::<Name, Value>::with_capacity(selections.len());
    for selection in selections {
        let Selection::Field(field) = &selection.node else { return None };
        if !field.node.directives.is_empty() {
            return None;
        }
        let value = if field.node.name.node == "__typename" {
            Value::String(object.introspection_type_name().into_owned())
        } else {
            match object.resolve_field(&ctx.with_field(field)).now_or_never()? {
                Ok(value) => value.unwrap_or_default(),
                Err(error) => return Some(Err(error)),
            }
        };
        if fields.insert(field.node.response_key().node.clone(), value).is_some() {
            return None;
        }
    }
    Some(Ok(Value::Object(fields)))
}
