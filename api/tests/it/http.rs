//! The node as clients meet it.

mod door;
mod forms;
mod limits;
mod logs;
mod once;
mod pages;
mod plainly;
mod serving;
mod tokens;
mod trouble;

/// What an administrator writes in these tests.
pub const ADD_INSTITUTION: &str = "mutation Add($input: AddInstitutionInput!) {
    addInstitution(input: $input) { institution { id code } userErrors { code path } }
}";

pub fn facts(code: &str) -> serde_json::Value {
    serde_json::json!({ "input": {
        "code": code, "acronym": "CONAPRED", "name": { "es": "Consejo" }, "kind": "COUNCIL",
    } })
}
