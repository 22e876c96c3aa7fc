//! Errors inside an answer, as the specification has them: the field that failed becomes null if
//! it may, else its parent does, and the error names the full path. 8.0.0-rc.5 nulls the parent
//! either way and loses the path inside lists.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    PathSegment, QueryPathNode, QueryPathSegment, Response, ServerError, ServerResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo},
};
use async_trait::async_trait;
use futures::FutureExt;

use crate::error::Error;

/// The extension to give to the schema's builder.
#[derive(Debug, Default)]
pub struct Propagate;

impl ExtensionFactory for Propagate {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Failures::default())
    }
}

/// Errors of fields that became null themselves; those that travel up are collected by the executor.
#[derive(Default)]
struct Failures(Mutex<Vec<ServerError>>);

/// Rides in `source` of an error that travels up, where the executor does not touch it, as it does
/// with the path.
struct Traced {
    path: Vec<PathSegment>,
    source: Option<Arc<dyn Any + Send + Sync>>,
}

#[async_trait]
impl Extension for Failures {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = next.run(ctx, operation_name).await;
        response.errors.append(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        response.errors.iter_mut().for_each(restore);
        response
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let (path, nullable) = (info.path_node, !info.return_type.ends_with('!'));
        let mut error = match AssertUnwindSafe(next.run(ctx, info)).catch_unwind().await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error,
            Err(panic) => panicked(&*panic),
        };
        trace(&mut error, path);
        if nullable {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(error);
            return Ok(Some(Value::Null));
        }
        Err(error)
    }
}

/// Notes where the error arose, once: further up, the path is shorter.
fn trace(error: &mut ServerError, node: &QueryPathNode<'_>) {
    if error.source::<Traced>().is_none() {
        let source = error.source.take();
        error.source = Some(Arc::new(Traced { path: full_path(node), source }));
    }
}

fn restore(error: &mut ServerError) {
    let Some(traced) = error.source.take() else { return };
    match traced.downcast::<Traced>() {
        Ok(traced) => {
            error.path = traced.path.clone();
            error.source = traced.source.clone();
        }
        Err(source) => error.source = Some(source),
    }
}

fn full_path(node: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let segment = |node: &QueryPathNode<'_>| match node.segment {
        QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
        QueryPathSegment::Index(index) => PathSegment::Index(index),
    };
    let mut path: Vec<_> = std::iter::once(segment(node)).chain(node.parents().map(segment)).collect();
    path.reverse();
    path
}

/// A defect of ours in one field is told as such; the rest of the answer stands.
fn panicked(panic: &(dyn Any + Send)) -> ServerError {
    let said = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    let cause = anyhow::anyhow!("panic: {}", said.unwrap_or("without words"));
    let mut error = ServerError::new("panic", None);
    error.source = Some(Arc::new(Error::Internal(cause)));
    error
}
