//! The API's document. Rule: it has every route, and nothing else.

use crate::support::{Program, TestApp};
use boon::{Compiler, Schemas};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};
use twotick::router::ROUTES;

/// What describes the API, and is not of it.
const ABOUT: [&str; 2] = ["/api/v1/openapi.json", "/api/v1/docs"];

#[tokio::test]
async fn every_route_of_the_api_is_in_its_document_and_every_operation_is_a_route() {
    let app = TestApp::start().await;
    let said = Program::new(app.address).get("/openapi.json").await;
    assert_eq!(said.headers["content-type"], "application/json");
    let document = said.ok();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            described.insert((method.clone(), path.clone()));
            for field in ["summary", "operationId"] {
                assert!(operation[field].is_string(), "{method} {path} has no {field}");
            }
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path} never goes well");
            let problem = &responses["default"]["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(problem, "#/components/schemas/Problem", "{method} {path}");
            let named = path.matches('{').count();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            assert_eq!(parameters.iter().filter(|one| one["in"] == "path").count(), named, "{method} {path}");
        }
    }
    let is_of_it = |pattern: &str| pattern.starts_with("/api/v1/") && !ABOUT.contains(&pattern);
    let routes = ROUTES.iter().filter(|(_, pattern)| is_of_it(pattern));
    let routes: BTreeSet<_> = routes.map(|(method, pattern)| ((*method).to_owned(), (*pattern).to_owned())).collect();
    assert!(routes.len() > 30);
    assert_eq!(described, routes);
    app.stop().await;
}

#[tokio::test]
async fn every_reference_in_the_document_leads_somewhere() {
    let app = TestApp::start().await;
    let document = Program::new(app.address).get("/openapi.json").await.ok();
    let text = document.to_string();
    let references = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
    let references: BTreeSet<&str> = references.collect();
    assert!(references.len() > 10);
    for pointer in references {
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_page_about_the_api_needs_no_script_and_explains_every_operation_and_code() {
    let app = TestApp::start().await;
    let answer = app.visitor().get("/api/v1/docs").await;
    assert_eq!(answer.status, 200);
    let page = answer.body;
    assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("//cdn"), "it stands by itself");
    let document = Program::new(app.address).get("/openapi.json").await.ok();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.contains(&format!("<article id=\"{id}\">")), "{id}");
            assert!(page.contains(&format!("<code>{} {path}</code>", method.to_uppercase())), "{path}");
        }
    }
    for code in wire::Code::ALL {
        assert!(page.contains(&format!("<dt id=\"{code}\">")), "{code}");
    }
    assert!(page.contains("<a href=\"/\">"), "it has a way home");
    // Every link within the page leads somewhere.
    for place in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(page.contains(&format!("id=\"{place}\"")), "{place}");
    }
    app.stop().await;
}

/// Every message that has been on the wire, by the name of its golden.
fn golden_messages() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/wire/tests/golden");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let goldens = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut messages = Vec::new();
    for path in goldens {
        let frame = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        gather(&frame, &path.file_name().unwrap().to_string_lossy(), &mut messages);
    }
    messages
}

fn gather(value: &Value, name: &str, messages: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) => {
            if let Some(message) = fields.get("message").filter(|message| message.is_object()) {
                messages.push((name.to_owned(), message.clone()));
            }
            fields.values().for_each(|field| gather(field, name, messages));
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, name, messages)),
        _ => {}
    }
}

#[tokio::test]
async fn a_message_is_described_as_it_is_written_with_all_its_fields_and_no_other() {
    let app = TestApp::start().await;
    let document = Program::new(app.address).get("/openapi.json").await.ok();
    let described = document["components"]["schemas"]["Message"]["properties"].as_object().unwrap();
    let described: BTreeSet<&str> = described.keys().map(String::as_str).collect();
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("/openapi.json", document.clone()).unwrap();
    let message = compiler.compile("/openapi.json#/components/schemas/Message", &mut schemas).unwrap();
    let goldens = golden_messages();
    let mut written = BTreeSet::new();
    for (name, golden) in &goldens {
        let fault = schemas.validate(golden, message).err().map(|fault| fault.to_string());
        assert_eq!(fault, None, "{name}");
        written.extend(golden.as_object().unwrap().keys().map(String::as_str));
    }
    assert_eq!(written, described);
    app.stop().await;
}
