//! JSON Schemas (draft 2020-12) of the catalog's files, for editors: made of the declarations that read the files.

use serde_json::{Map, Value, json};

use super::raw::{Form, Key, RawLifecycle, RawProduct, RawVendor, Shape};

/// A kind of catalog file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `products/<id>.toml`
    Product,
    /// `lifecycle/<id>.toml`
    Lifecycle,
    /// `vendors/<id>.toml`
    Vendor,
}

/// The schema of a kind of file.
#[must_use]
pub fn schema(kind: FileKind) -> Value {
    let (name, form) = match kind {
        FileKind::Product => ("product", RawProduct::form()),
        FileKind::Lifecycle => ("lifecycle", RawLifecycle::form()),
        FileKind::Vendor => ("vendor", RawVendor::form()),
    };
    let mut schema = of(&form);
    if let Value::Object(keys) = &mut schema {
        keys.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        keys.insert("$id".to_owned(), json!(format!("urn:underpin:catalog:{name}:1")));
        keys.insert("title".to_owned(), json!(format!("underpin catalog: {name}")));
    }
    schema
}

fn of(form: &Form) -> Value {
    match form {
        Form::Text => json!({ "type": "string", "minLength": 1 }),
        Form::Date => json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Form::Url => json!({ "type": "string", "format": "uri", "pattern": "^https?://[^/?#]+" }),
        Form::Id => json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9.-]*$" }),
        Form::Words(words) => json!({ "type": "string", "enum": words }),
        Form::Number => json!({ "type": "integer" }),
        Form::Truth => json!({ "type": "boolean" }),
        Form::List(items) => json!({ "type": "array", "items": of(items) }),
        Form::Map(values) => json!({ "type": "object", "additionalProperties": of(values) }),
        Form::Table { about, keys } => table(about, keys),
    }
}

fn table(about: &str, keys: &[Key]) -> Value {
    let mut properties = Map::new();
    for key in keys {
        let mut value = of(&key.form);
        if let Value::Object(parts) = &mut value {
            parts.insert("description".to_owned(), json!(key.about));
            if key.required && matches!(key.form, Form::List(_)) {
                parts.insert("minItems".to_owned(), json!(1));
            }
            if key.name == "schema" {
                parts.insert("const".to_owned(), json!(1));
            }
        }
        properties.insert(key.name.clone(), value);
    }
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name.as_str()).collect();
    let mut schema = json!({ "type": "object", "description": about, "properties": properties, "additionalProperties": false });
    if let (Value::Object(parts), false) = (&mut schema, required.is_empty()) {
        parts.insert("required".to_owned(), json!(required));
    }
    schema
}
