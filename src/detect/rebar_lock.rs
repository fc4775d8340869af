//! Reads rebar.lock (<https://www.rebar3.org/docs/configuration/dependencies/#lock-files>): terms of Erlang, as a bare list in
//! the first format, and as `{"1.2.0", List}` with hashes behind since. What stands at level 0 was asked for.

use crate::model::{Chosen, Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{Node, Value};
use super::hex::{self, Source};
use super::{Claim, Detector, FileFacts, Findings, Opened, fetched, terms};

const ID: &str = "rebar-lock";

/// The lock file of Erlang's rebar3.
pub(super) struct RebarLock;

impl Detector for RebarLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("rebar.lock")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        !fetched::holds(facts.path())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if fetched::is_dependency_of(file, &["mix.exs", "mix.lock", "rebar.config", "rebar.lock"]) {
            return;
        }
        let Some(text) = out.text(file) else { return };
        let (locked, fault) = terms::erlang(text);
        if let Some(fault) = fault {
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
        let Some(first) = locked.first() else { return };
        // A tuple whose first member is the version of the format, or the list itself.
        let entries = match first.items() {
            [version, entries] if version.as_text().is_some() => entries,
            _ => first,
        };
        if !matches!(entries.value, Value::List(_)) {
            return out.problem_at(Code::Malformed, file, first.line, "no list of locked dependencies");
        }
        for entry in entries.items() {
            let Some((purl, origin)) = purl(entry) else {
                out.problem_at(Code::Malformed, file, entry.line, "a dependency that is locked to nothing that is known");
                continue;
            };
            let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), entry.line));
            component.origin = origin;
            component.chosen = match entry.items().get(2).map(|level| &level.value) {
                Some(Value::Number(level)) if level == "0" => Chosen::Purpose,
                Some(_) => Chosen::Dependency,
                None => Chosen::Unknown,
            };
            out.component(component);
        }
    }
}

/// `{<<"app">>, Source, Level}`, where the source is `{pkg, <<"package">>, <<"version">>}`, `{git, "address", {ref, "commit"}}`,
/// or one of these behind `raw` or `git_subdir`.
fn purl(entry: &Node) -> Option<(Purl, Origin)> {
    let app = entry.items().first()?.as_text()?;
    let source = entry.items().get(1)?.items();
    let text = |index: usize| source.get(index).and_then(Node::as_text).filter(|text| !text.is_empty());
    match text(0)? {
        "pkg" => Some((hex::purl(text(1)?, text(2)?, ""), Origin::Registry)),
        "git" | "git_subdir" | "hg" => {
            let commit = source.get(2)?.items().get(1).or_else(|| source.get(2))?.as_text()?;
            Some((hex::from_source(app, &Source { address: text(1)?, commit }), Origin::Unknown))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::testing::found;
    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&found(&RebarLock, &[("rebar.lock", text.as_bytes())]));
    }

    #[test]
    fn the_format_with_hashes_gives_each_dependency_once() {
        check(
            r#"{"1.2.0",
[{<<"cowboy">>,{pkg,<<"cowboy">>,<<"2.9.0">>},0},
 {<<"cowlib">>,{pkg,<<"cowlib">>,<<"2.11.0">>},1},
 {<<"app_name">>,{pkg,<<"Package_Name">>,<<"1.0.0">>},0},
 {<<"gproc">>,
  {git,"https://me:secret@github.com/uwiger/gproc.git",
       {ref,"cea2a5c"}},
  0},
 {<<"sub">>,{git_subdir,"git@github.com:acme/mono.git",{ref,"abc"},"apps/sub"},1}]}.
[
{pkg_hash,[
 {<<"cowboy">>, <<"865DD8B6">>},
 {<<"cowlib">>, <<"0B9FF9C3">>}]},
{pkg_hash_ext,[
 {<<"cowboy">>, <<"2C729F93">>}]}
].
"#,
            &expect![[r#"
                pkg:hex/cowboy@2.9.0 declared chosen=Purpose :2
                pkg:hex/cowlib@2.11.0 declared chosen=Dependency :3
                pkg:hex/gproc@cea2a5c?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fuwiger%2Fgproc.git%40cea2a5c declared chosen=Purpose :5
                pkg:hex/package_name@1.0.0 declared chosen=Purpose :4
                pkg:hex/sub@abc?vcs_url=git%2Bssh:%2F%2Fgit%40github.com%2Facme%2Fmono.git%40abc declared chosen=Dependency :9"#]],
        );
    }

    #[test]
    fn the_first_format_is_a_bare_list() {
        check(
            "[{<<\"getopt\">>,{pkg,<<\"getopt\">>,<<\"0.8.2\">>},0},\r\n {<<\"old\">>,{pkg,<<\"old\">>,<<\"1.0\">>,<<\"HASH\">>},1}].\r\n",
            &expect![[r#"
                pkg:hex/getopt@0.8.2 declared chosen=Purpose :1
                pkg:hex/old@1.0 declared chosen=Dependency :2"#]],
        );
        check("[].\n", &expect![[r#""#]]);
        check("{\"1.2.0\",\n[]}.\n[\n{pkg_hash,[]}].\n", &expect![[r#""#]]);
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_stays() {
        check(
            "{\"1.2.0\",\n[{<<\"a\">>,{pkg,<<\"a\">>,<<\"1.0\">>},0},\n {<<\"b\">>,{pkg,<<\"b\">>,<<\"2",
            &expect![[r#"
            pkg:hex/a@1.0 declared chosen=Purpose :2
            ! rebar.lock:3:1: UP003: the text ends inside a term
            ! rebar.lock:3:1: UP002: a dependency that is locked to nothing that is known"#]],
        );
        check(
            "[{<<\"a\">>,{svn,\"x\"},0}, 5].",
            &expect![[r#"
            ! rebar.lock:1:1: UP002: a dependency that is locked to nothing that is known
            ! rebar.lock:1:1: UP002: a dependency that is locked to nothing that is known"#]],
        );
        check("{\"lock\": 1}", &expect!["! rebar.lock:1:1: UP002: no term: a character that cannot stand here"]);
        check("", &expect![[r#""#]]);
    }
}
