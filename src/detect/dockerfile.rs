//! Reads the images that Dockerfiles are built from (<https://docs.docker.com/reference/dockerfile/#from>), with the
//! defaults of the arguments before the first of them, and the images that files are copied or mounted from (`--from=`). Names
//! of earlier stages and `scratch` are no images. An image that the last stage does not build on is needed only for the build.

use std::collections::{BTreeMap, VecDeque};

use crate::model::Group;
use crate::problem::Code;

use super::image_reference::{Place, substitute};
use super::{Claim, Detector, FileFacts, Findings, Opened};

/// Endings of `Dockerfile.*` that are something else: lists of ignored files, documents, templates, copies of editors.
const OTHER_KINDS: &[&str] = &[
    "dockerignore",
    "md",
    "rst",
    "txt",
    "html",
    "json",
    "j2",
    "jinja",
    "jinja2",
    "tmpl",
    "template",
    "tpl",
    "erb",
    "mustache",
    "in",
    "m4",
    "py",
    "sh",
    "go",
    "rb",
    "js",
    "ts",
    "orig",
    "rej",
    "bak",
    "swp",
];

/// `Dockerfile`, `Containerfile`, and these with an ending or as one.
pub(super) struct Dockerfile;

impl Detector for Dockerfile {
    fn id(&self) -> &'static str {
        "dockerfile"
    }

    fn claims(&self) -> &'static [Claim] {
        &[
            Claim::Name("Containerfile"),
            Claim::Name("Dockerfile"),
            Claim::Name("dockerfile"),
            Claim::Stem("Containerfile"),
            Claim::Stem("Dockerfile"),
            Claim::Suffix(".Dockerfile"),
            Claim::Suffix(".dockerfile"),
        ]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let ending = facts.name().rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
        !OTHER_KINDS.contains(&ending.to_ascii_lowercase().as_str())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let stages = stages(text);
        if stages.is_empty() {
            return out.problem(Code::Malformed, file, "no `FROM` instruction");
        }
        let last = base_of_last(&stages);
        for (index, stage) in stages.iter().enumerate() {
            let group = if index == last { Group::Main } else { Group::Development };
            if stage.builds_on.is_none() {
                Place { detector: self.id(), key: "FROM", group }.found(&stage.image, file, stage.line, out);
            }
            for (line, image) in &stage.takes_from {
                Place { detector: self.id(), key: "from", group: Group::Development }.found(image, file, *line, out);
            }
        }
    }
}

/// A `FROM` instruction.
struct Stage {
    line: usize,
    image: String,
    /// The earlier stage that the image's name means.
    builds_on: Option<usize>,
    /// Images that are no stage, but from which files are taken.
    takes_from: Vec<(usize, String)>,
}

fn stages(text: &str) -> Vec<Stage> {
    let mut arguments: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut stages: Vec<Stage> = Vec::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for (line, instruction) in instructions(text) {
        let mut words = instruction.split_whitespace().peekable();
        // What a trigger does, it does in the build that uses the image.
        words.next_if(|word| word.eq_ignore_ascii_case("ONBUILD"));
        match words.next().unwrap_or_default().to_ascii_uppercase().as_str() {
            // Arguments after the first FROM belong to their stage.
            "ARG" if stages.is_empty() => {
                for word in words {
                    let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
                    let value = value.map(|value| substitute(unquoted(value), &|name| arguments.get(name).cloned().flatten()));
                    arguments.insert(name.to_owned(), value);
                }
            }
            "FROM" => {
                let mut words = words.skip_while(|word| word.starts_with("--"));
                let written = unquoted(words.next().unwrap_or_default());
                let image = substitute(written, &|name| arguments.get(name).cloned().flatten());
                let builds_on = names.get(&image.to_lowercase()).copied();
                if let Some(name) = words.next().filter(|word| word.eq_ignore_ascii_case("as")).and(words.next()) {
                    names.insert(name.to_lowercase(), stages.len());
                }
                stages.push(Stage { line, image, builds_on, takes_from: Vec::new() });
            }
            "COPY" | "ADD" | "RUN" => {
                let options = words.take_while(|word| word.starts_with("--"));
                let from = options.filter_map(taken_from).filter(|from| !is_stage(from, &names, stages.len()));
                // No variable is filled in here.
                let from = from.map(|from| (line, substitute(from, &|_| None))).collect::<Vec<_>>();
                if let Some(stage) = stages.last_mut() {
                    stage.takes_from.extend(from);
                }
            }
            _ => {}
        }
    }
    stages
}

/// The value of `from` in `--from=…` or `--mount=type=bind,from=…`.
fn taken_from(option: &str) -> Option<&str> {
    let from = match option.strip_prefix("--mount=") {
        Some(mount) => mount.split(',').find_map(|part| part.strip_prefix("from=")),
        None => option.strip_prefix("--from="),
    };
    from.map(unquoted).filter(|from| !from.is_empty())
}

/// Whether it is the name or the number of an earlier stage; names of other build contexts look like images and cannot be
/// told from them.
fn is_stage(from: &str, names: &BTreeMap<String, usize>, count: usize) -> bool {
    names.contains_key(&from.to_lowercase()) || from.parse::<usize>().is_ok_and(|number| number < count)
}

/// Index of the stage whose image the last one is built on in the end.
fn base_of_last(stages: &[Stage]) -> usize {
    let mut index = stages.len().saturating_sub(1);
    while let Some(earlier) = stages.get(index).and_then(|stage| stage.builds_on) {
        index = earlier;
    }
    index
}

fn unquoted(word: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| word.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(word)
}

/// The instructions with their first line: continued lines are joined, comments and here-documents left out.
fn instructions(text: &str) -> Vec<(usize, String)> {
    let escape = if escapes_with_backtick(text) { '`' } else { '\\' };
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut documents: VecDeque<String> = VecDeque::new();
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        if let Some(end) = documents.front() {
            if trimmed == end {
                documents.pop_front();
            }
            continue;
        }
        if trimmed.starts_with('#') || trimmed.is_empty() {
            continue;
        }
        let (start, mut joined) = open.take().unwrap_or((number, String::new()));
        if let Some(more) = trimmed.strip_suffix(escape) {
            joined.push_str(more);
            joined.push(' ');
            open = Some((start, joined));
        } else {
            joined.push_str(trimmed);
            documents = here_documents(&joined);
            found.push((start, joined));
        }
    }
    found.extend(open);
    found
}

/// Whether a parser directive asks for a backtick, as Windows' paths need it. Directives end at the first other line.
fn escapes_with_backtick(text: &str) -> bool {
    let directives = text.lines().map_while(|line| {
        let (key, value) = line.trim().strip_prefix('#')?.split_once('=')?;
        let key = key.trim().to_ascii_lowercase();
        matches!(key.as_str(), "check" | "escape" | "syntax").then_some((key, value.trim()))
    });
    { directives }.any(|(key, value)| key == "escape" && value == "`")
}

/// The words that end the here-documents of an instruction, in order.
fn here_documents(instruction: &str) -> VecDeque<String> {
    let keyword = instruction.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    if !matches!(keyword.as_str(), "RUN" | "COPY" | "ADD") {
        return VecDeque::new();
    }
    // A number before it is the file descriptor; a third `<` begins a text in place, not a document.
    let starts = instruction.split_whitespace();
    let starts = starts.filter_map(|word| word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<"));
    let words = starts.map(|word| unquoted(word.strip_prefix('-').unwrap_or(word)));
    words.filter(|word| !word.is_empty() && !word.contains('<')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::{Expect, expect};

    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&found(&Dockerfile, &[("Dockerfile", text.as_bytes())]));
    }

    #[test]
    fn stages_are_no_images_and_the_last_ones_base_is_what_runs() {
        check(
            "# syntax=docker/dockerfile:1\nFROM --platform=$BUILDPLATFORM golang:1.20 AS Build\nRUN go build\nFROM build as test\nFROM debian:12 AS base\nFROM scratch AS empty\nfrom base\nCOPY --from=build /a /a\n",
            expect![[r#"
                pkg:docker/debian@12 declared chosen=Purpose :5
                pkg:docker/golang@1.20 declared Development chosen=Purpose :2"#]],
        );
    }

    #[test]
    fn arguments_before_the_first_image_are_filled_in() {
        check(
            "ARG VERSION=1.25 SUFFIX=\"-alpine\"\r\nARG IMAGE=nginx:${VERSION}\r\nARG OPEN\r\nFROM ${IMAGE}${SUFFIX}\r\nARG VERSION=9\r\nFROM redis:$VERSION\r\nFROM postgres:${OPEN}\r\nFROM $OPEN\r\nFROM ${OPEN:-mariadb:10.6}\r\n",
            expect![[r#"
                pkg:docker/mariadb@10.6 declared chosen=Purpose :9
                pkg:docker/nginx@1.25-alpine declared Development chosen=Purpose :4
                pkg:docker/postgres declared Development chosen=Purpose :7
                pkg:docker/redis@1.25 declared Development chosen=Purpose :6"#]],
        );
    }

    #[test]
    fn continued_lines_comments_and_here_documents_are_understood() {
        check(
            "FROM \\\n  # why not\n  nginx:1.18.0 \\\n  AS web\nRUN <<EOF cat > x\nFROM not:an-image\nEOF\nRUN echo \\\nFROM neither:1\n",
            expect!["pkg:docker/nginx@1.18.0 declared chosen=Purpose :1"],
        );
        check(
            "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY a c:\\\nFROM b:1\n",
            expect![[r#"
            pkg:docker/b@1 declared chosen=Purpose :4
            pkg:docker/windows/nanoserver@ltsc2022?repository_url=mcr.microsoft.com declared Development chosen=Purpose :2"#]],
        );
    }

    #[test]
    fn files_are_taken_from_stages_and_from_images() {
        check(
            "FROM node:20@sha256:00 AS build\nCOPY --from=ghcr.io/astral-sh/uv:0.5 --chown=0:0 /uv /bin/\nRUN --mount=type=cache,target=/x --mount=type=bind,from=busybox:1.36,target=/b true --from=no/image:1\nFROM debian:12\nCOPY --chown=1 --from=Build /a /a\nCOPY --from=0 /b /b\nCOPY --from=${TOOL} /c /c\nONBUILD COPY --from='alpine:3.19' /d /d\nADD --from=scratch / /\n",
            expect![[r#"
                pkg:docker/alpine@3.19 declared Development chosen=Purpose :8
                pkg:docker/astral-sh/uv@0.5?repository_url=ghcr.io declared Development chosen=Purpose :2
                pkg:docker/busybox@1.36 declared Development chosen=Purpose :3
                pkg:docker/debian@12 declared chosen=Purpose :4
                pkg:docker/node@20 declared Development chosen=Purpose :1"#]],
        );
    }

    #[test]
    fn directives_end_at_the_first_line_that_is_none() {
        check(
            "# a comment\n# escape=`\nFROM a:1\nRUN c `\nFROM b:1\n",
            expect![[r#"
            pkg:docker/a@1 declared Development chosen=Purpose :3
            pkg:docker/b@1 declared chosen=Purpose :5"#]],
        );
        check(
            "# syntax=docker/dockerfile:1\n# escape=`\nFROM a:1\nRUN c `\n  FROM b:1\n",
            expect!["pkg:docker/a@1 declared chosen=Purpose :3"],
        );
    }

    #[test]
    fn here_documents_may_have_any_word_and_a_descriptor() {
        check(
            "FROM a:1\nCOPY <<-robots.txt 3<<\"X-Y\" /srv/\nFROM no:1\nrobots.txt\nFROM no:2\nX-Y\nRUN cat <<<word && echo $((1 << 2))\nFROM b:1\n",
            expect![[r#"
                pkg:docker/a@1 declared Development chosen=Purpose :1
                pkg:docker/b@1 declared chosen=Purpose :8"#]],
        );
    }

    #[test]
    fn a_file_without_an_image_is_malformed() {
        check("", expect!["! Dockerfile: UP002: no `FROM` instruction"]);
        check("FROM\n", expect!["! Dockerfile:1:1: UP002: `FROM` names no image"]);
        check("FROM {{ base }}\n", expect!["! Dockerfile:1:1: UP002: `FROM` names no image"]);
    }

    #[test]
    fn templates_and_documents_are_not_wanted() {
        for (name, wanted) in [
            ("Dockerfile", true),
            ("Dockerfile.prod", true),
            ("app.dockerfile", true),
            ("Dockerfile.j2", false),
            ("Dockerfile.dockerignore", false),
        ] {
            assert_eq!(Dockerfile.wants(&FileFacts::new(std::path::Path::new(name))), wanted, "{name}");
        }
    }
}
