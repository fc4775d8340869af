//! How the authors can be paid, grouped by link as `npm fund` does, for a person and for a program. Counts who says nothing;
//! ranks nobody by whose people make a project.

use std::collections::BTreeMap;

use serde::Serialize;

use super::terminal::page::{Column, Page, Style};
use super::text::{count, counted, visible};
use super::view::{Author, Maker, ReportV1};
use crate::inventory::json;

/// Wider lines are hard to read.
const WIDEST: usize = 100;

/// Everything that says how it can be funded, by link: the document `underpin.fund/1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fund<'r> {
    schema: &'static str,
    /// Those that most projects and packages name first, then by address.
    links: Vec<Group<'r>>,
    /// Projects that say nothing, by name.
    silent_projects: Vec<Named<'r>>,
    /// How many packages say nothing; `None` where packages were not asked one by one.
    silent_packages: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Group<'r> {
    link: &'r str,
    /// `donation-platform`, `grant-fund` …; `None` if the catalog does not know the channel.
    channel: Option<&'r str>,
    subjects: Vec<Named<'r>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Named<'r> {
    name: &'r str,
    /// Product id or package URL.
    subject: &'r str,
    /// The file that names the link.
    source: Option<&'r str>,
    /// Vendors whose own people make it.
    made_by: &'r [Maker],
}

impl<'r> Fund<'r> {
    /// From a finished report.
    #[must_use]
    pub fn of(report: &'r ReportV1) -> Self {
        let packages = report.totals.authors_unit == "packages";
        Self::new(&report.authors, packages.then_some(report.totals.authors))
    }

    /// From the authors; `packages` is how many packages were asked one by one.
    #[must_use]
    pub fn new(authors: &'r [Author], packages: Option<u64>) -> Self {
        let mut groups: BTreeMap<&str, (Option<&str>, Vec<Named<'r>>)> = BTreeMap::new();
        for author in authors {
            for link in &author.links {
                let (channel, subjects) = groups.entry(&link.url).or_default();
                *channel = channel.or(link.channel.as_deref());
                subjects.push(subject(author, link.source.as_deref()));
            }
        }
        let mut links: Vec<Group<'r>> = groups
            .into_iter()
            .map(|(link, (channel, mut subjects))| {
                subjects.sort();
                subjects.dedup();
                Group { link, channel, subjects }
            })
            .collect();
        links.sort_by_key(|link| std::cmp::Reverse(link.subjects.len()));
        let mut silent: Vec<Named<'r>> =
            authors.iter().filter(|author| author.links.is_empty()).map(|author| subject(author, None)).collect();
        silent.sort();
        let speaking = authors.iter().filter(|author| is_package(&author.subject) && !author.links.is_empty()).count() as u64;
        Self {
            schema: "underpin.fund/1",
            links,
            silent_projects: silent,
            silent_packages: packages.map(|all| all.saturating_sub(speaking)),
        }
    }

    /// As JSON, indented, a newline at the end.
    ///
    /// # Errors
    /// None: it holds plain data.
    pub fn json(&self) -> serde_json::Result<String> {
        Ok(format!("{}\n", json(self)?))
    }

    /// As plain text, no line wider than `width` columns (60 to 100) but for addresses, which stay whole.
    #[must_use]
    pub fn text(&self, width: usize) -> String {
        let mut page = Page::new(width.min(WIDEST), Style::Plain);
        if self.links.is_empty() {
            page.paragraph(0, "No manifest and no catalog file says how to fund what was found.");
        }
        for link in &self.links {
            let channel = link.channel.map_or_else(String::new, |kind| format!("   {}", visible(kind).replace('-', " ")));
            page.push(&format!("{}{channel}", visible(link.link)));
            let names: Vec<String> = link.subjects.iter().map(told).collect();
            let name = Column::fit(names.iter().map(String::as_str), 16, page.scaled(36));
            let source = page.beside(&[name]);
            for (subject, told) in link.subjects.iter().zip(names) {
                page.row(&[name, source], &[told, subject.source.map(visible).unwrap_or_default()], None);
            }
        }
        page.blank();
        for line in self.silence() {
            page.paragraph(0, &line);
        }
        page.paragraph(0, "Paying authors is never a condition of a verdict, and no verdict reads it.");
        page.finish()
    }

    fn silence(&self) -> Vec<String> {
        let names: Vec<String> = self.silent_projects.iter().map(told).collect();
        let projects = (!names.is_empty()).then(|| {
            let number = u64::try_from(names.len()).unwrap_or(u64::MAX);
            let say = if number == 1 { "says" } else { "say" };
            format!("{} {say} nothing: {}.", counted(number, "project"), names.join(", "))
        });
        let packages = self.silent_packages.filter(|number| *number > 0);
        let packages = packages.map(|number| match number {
            1 => "1 package says nothing.".to_owned(),
            many => format!("{} packages say nothing.", count(many)),
        });
        projects.into_iter().chain(packages).collect()
    }
}

fn subject<'r>(author: &'r Author, source: Option<&'r str>) -> Named<'r> {
    Named { name: &author.name, subject: &author.subject, source, made_by: &author.made_by }
}

fn is_package(subject: &str) -> bool {
    subject.starts_with("pkg:")
}

/// Its name, or a package's URL without the scheme, and whose people make it.
fn told(subject: &Named<'_>) -> String {
    let name = subject.subject.strip_prefix("pkg:").unwrap_or(subject.name);
    let makers: Vec<&str> = subject.made_by.iter().map(|maker| maker.name.as_str()).collect();
    let made_by = if makers.is_empty() { String::new() } else { format!(" (made by people of {})", makers.join(", ")) };
    visible(&format!("{name}{made_by}"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::view::Funding;
    use super::*;

    fn author(subject: &str, links: &[(&str, &str)], vendor: Option<&str>) -> Author {
        let funding = |(url, source): &(&str, &str)| Funding {
            url: (*url).to_owned(),
            channel: url.contains("collective").then(|| "donation-platform".to_owned()),
            source: Some((*source).to_owned()),
        };
        Author {
            subject: subject.to_owned(),
            name: subject.rsplit('/').next().unwrap_or(subject).to_owned(),
            links: links.iter().map(funding).collect(),
            made_by: vendor.into_iter().map(maker).collect(),
        }
    }

    fn maker(name: &str) -> Maker {
        Maker { vendor: name.to_lowercase(), name: name.to_owned() }
    }

    fn authors() -> Vec<Author> {
        vec![
            author("nginx", &[], Some("f5")),
            author(
                "pkg:npm/tapable",
                &[("https://opencollective.example/webpack", "web/node_modules/tapable/package.json")],
                None,
            ),
            author(
                "pkg:npm/webpack",
                &[("https://opencollective.example/webpack", "web/node_modules/webpack/package.json")],
                None,
            ),
            author("postgresql", &[("https://www.postgresql.org/about/donate/", "catalog")], None),
        ]
    }

    #[test]
    fn subjects_stand_below_the_link_they_name() {
        expect![[r#"
            https://opencollective.example/webpack   donation platform
              npm/tapable       web/node_modules/tapable/package.json
              npm/webpack       web/node_modules/webpack/package.json
            https://www.postgresql.org/about/donate/
              postgresql        catalog

            1 project says nothing: nginx (made by people of f5).
            310 packages say nothing.
            Paying authors is never a condition of a verdict, and no verdict reads it.
        "#]]
        .assert_eq(&Fund::new(&authors(), Some(312)).text(100));
    }

    #[test]
    fn a_program_reads_the_same() {
        let authors = authors();
        let document = Fund::new(authors.get(2..).expect("four"), None).json().expect("plain data");
        expect![[r#"
            {
              "schema": "underpin.fund/1",
              "links": [
                {
                  "link": "https://opencollective.example/webpack",
                  "channel": "donation-platform",
                  "subjects": [
                    {
                      "name": "webpack",
                      "subject": "pkg:npm/webpack",
                      "source": "web/node_modules/webpack/package.json",
                      "made_by": []
                    }
                  ]
                },
                {
                  "link": "https://www.postgresql.org/about/donate/",
                  "channel": null,
                  "subjects": [
                    {
                      "name": "postgresql",
                      "subject": "postgresql",
                      "source": "catalog",
                      "made_by": []
                    }
                  ]
                }
              ],
              "silent_projects": [],
              "silent_packages": null
            }
        "#]]
        .assert_eq(&document);
    }

    #[test]
    fn nobody_to_pay_is_said() {
        let text = Fund::new(&[], None).text(100);
        assert!(text.starts_with("No manifest and no catalog file says how to fund what was found.\n"), "{text}");
    }

    #[test]
    fn whose_people_make_it_changes_no_order() {
        let order = |authors: &[Author]| {
            let fund = Fund::new(authors, None);
            fund.links.iter().flat_map(|link| link.subjects.iter().map(|one| one.subject.to_owned())).collect::<Vec<_>>()
        };
        let plain = authors();
        let mut made = authors();
        for author in &mut made {
            author.made_by = vec![maker("Aaa")];
        }
        assert_eq!(order(&plain), order(&made));
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        let hostile = [author("pkg:npm/\u{1b}[31mred", &[("https://x.example/\u{202e}", "a\nb")], Some("\u{7}"))];
        let text = Fund::new(&hostile, None).text(100);
        assert!(
            !text.chars().any(|character| character != '\n' && (character.is_control() || character == '\u{202e}')),
            "{text}"
        );
    }
}
