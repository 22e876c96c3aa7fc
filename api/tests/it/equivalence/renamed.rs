//! Names by first appearance: what is accidental in an answer (ids, cursors, hashes) becomes
//! `#1`, `#2`, the same for the same throughout.

use std::collections::HashMap;

use serde_json::Value;

#[derive(Default)]
pub struct Renamed(HashMap<String, String>);

impl Renamed {
    fn name(&mut self, sort: &str, text: &str) -> String {
        let next = self.0.len() + 1;
        self.0.entry(text.into()).or_insert_with(|| format!("{sort}#{next}")).clone()
    }

    pub fn of(&mut self, answer: Value) -> Value {
        self.under("", answer)
    }

    fn under(&mut self, key: &str, value: Value) -> Value {
        match value {
            Value::Array(items) => items.into_iter().map(|item| self.under(key, item)).collect(),
            Value::Object(fields) => {
                let renamed = fields.into_iter().map(|(key, value)| {
                    let value = self.under(&key, value);
                    (key, value)
                });
                Value::Object(renamed.collect())
            }
            Value::String(text) => {
                let hexadecimal = |text: &str, length| {
                    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
                };
                Value::String(match text.split_once(':') {
                    Some((kind, id)) if hexadecimal(id, 32) => self.name(kind, &text),
                    _ if hexadecimal(&text, 64) => self.name("hash", &text),
                    _ if matches!(key, "cursor" | "startCursor" | "endCursor") => self.name("cursor", &text),
                    _ => text,
                })
            }
            other => other,
        }
    }
}
