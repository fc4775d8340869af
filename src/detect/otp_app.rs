//! Reads the application resource files of compiled Erlang, Elixir and Gleam applications
//! (<https://www.erlang.org/doc/apps/kernel/app.html>): `ebin/<name>.app`, as Erlang/OTP, `RabbitMQ` and releases carry them.
//! Sources (`src/*.app.src`) are the project itself and are not claimed.

use crate::model::{Component, Evidence, Location, Purl};
use crate::problem::Code;

use super::document::Node;
use super::{Claim, Detector, FileFacts, Findings, Opened, terms};

const ID: &str = "otp-app";

/// An application resource file.
pub(super) struct OtpApp;

impl Detector for OtpApp {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".app")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.folder(0) == "ebin"
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        // Old resource files have authors' names in Latin-1; name and version are ASCII.
        let Some(bytes) = out.bytes(file) else { return };
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
        let (terms, fault) = terms::erlang(&text);
        let application = terms.iter().find(|term| term.items().first().and_then(Node::as_text) == Some("application"));
        let Some(application) = application else {
            let (code, line, why) = fault
                .map_or((Code::Malformed, 1, "no term `{application, Name, Properties}`".into()), |fault| {
                    (fault.code, fault.line, fault.text)
                });
            return out.problem_at(code, file, line, why);
        };
        let Some(name) = application.items().get(1).and_then(Node::as_text) else {
            return out.problem_at(Code::Malformed, file, application.line, "an application without a name");
        };
        let properties = application.items().get(2).map_or(&[][..], Node::items);
        let version = properties.iter().find_map(|property| version(property));
        // In a text that ends early the version may have been about to follow.
        if version.is_some() || fault.is_none() {
            let purl = Purl::new("otp", &name.to_ascii_lowercase()).with_version(version.unwrap_or_default());
            let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
            component.license = license(properties);
            out.component(component);
        }
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
    }
}

/// The text of `{vsn, Text}`. A template that no build has filled in (`%VSN%`, `git`) is no version.
fn version(property: &Node) -> Option<&str> {
    let [key, value] = property.items() else { return None };
    let text = value.as_text().filter(|_| key.as_text() == Some("vsn"))?;
    text.contains(|c: char| c.is_ascii_digit()).then_some(text)
}

/// What `{licenses, [Text]}` lists, as Hex asks for it.
fn license(properties: &[Node]) -> Option<String> {
    let listed = properties.iter().find(|property| property.items().first().and_then(Node::as_text) == Some("licenses"))?;
    let names: Vec<&str> = listed.items().get(1)?.items().iter().filter_map(Node::as_text).collect();
    (!names.is_empty()).then(|| names.join(" OR "))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &[u8], expected: &Expect) {
        expected.assert_eq(&found(&OtpApp, &[("usr/lib/erlang/lib/a/ebin/a.app", text)]));
    }

    #[test]
    fn an_application_has_its_name_version_and_licence() {
        check(
            b"%% -*- erlang -*-\n{application, stdlib,\n [{description, \"ERTS  CXC 138 10\"},\n  {vsn, \"4.2\"},\n  {modules, [array,'quoted mod']},\n  {env, [{a, 1.5}, {b, <<\"x\">>}]}]}.\n",
            &expect!["pkg:otp/stdlib@4.2 installed"],
        );
        check(
            b"{application,'rabbitmq_management',[{vsn,\"3.12.1\"},{licenses,[\"MPL-2.0\",\"ASL2\"]},{broker_version_requirements,[]}]}.\r\n",
            &expect!["pkg:otp/rabbitmq_management@3.12.1 installed license=MPL-2.0 OR ASL2"],
        );
    }

    #[test]
    fn old_letters_and_unfilled_templates_are_no_trouble() {
        check(b"{application,a,[{author,\"J\xF6rg\"},{vsn,\"1.0\"}]}.", &expect!["pkg:otp/a@1.0 installed"]);
        check(b"{application,a,[{vsn,\"%VSN%\"}]}.", &expect!["pkg:otp/a installed"]);
        check(b"{application,a,[{vsn,git}]}.", &expect!["pkg:otp/a installed"]);
    }

    #[test]
    fn what_is_broken_is_told() {
        check(
            b"{application,a,[{vsn,\"1.0\"},{modules,[x",
            &expect![[r#"
            pkg:otp/a@1.0 installed
            ! usr/lib/erlang/lib/a/ebin/a.app:1:1: UP003: the text ends inside a term"#]],
        );
        check(
            b"{application,a,[{vsn,\"1.",
            &expect!["! usr/lib/erlang/lib/a/ebin/a.app:1:1: UP003: the text ends inside a term"],
        );
        check(b"{other,a}.", &expect!["! usr/lib/erlang/lib/a/ebin/a.app:1:1: UP002: no term `{application, Name, Properties}`"]);
        check(b"<xml/>", &expect!["! usr/lib/erlang/lib/a/ebin/a.app:1:1: UP002: no term: a character that cannot stand here"]);
        check(b"", &expect!["! usr/lib/erlang/lib/a/ebin/a.app:1:1: UP002: no term `{application, Name, Properties}`"]);
    }

    #[test]
    fn only_compiled_applications_are_wanted() {
        for (path, wanted) in [("lib/a/ebin/a.app", true), ("lib/a/src/a.app", false), ("Applications/ebin.app", false)] {
            assert_eq!(OtpApp.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
