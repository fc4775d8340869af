//! What the organisation says of single hosts and repositories: rules by name, path or tag, one after another.
//!
//! Judges nothing. Of several rules that fit a host, each says what it says, and of one thing the last word counts.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobMatcher};

use super::policy::Downtime;
use super::{Env, Exposure, Regime};
use crate::problem::{Code, Problem};

/// A pattern for the name of a host or repository, or for its path if it holds a `/`.
#[derive(Clone, Debug)]
pub struct HostPattern {
    text: String,
    matcher: GlobMatcher,
}

impl PartialEq for HostPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl HostPattern {
    /// `web-*`, `db[1-3]`, `/srv/*/shop`, `services/**`. Names are compared without regard to the case of letters; a path that does not
    /// begin with `/` may stand at any depth.
    ///
    /// # Errors
    /// If it is empty or no pattern.
    pub fn new(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("a pattern must not be empty; `*` is every host".to_owned());
        }
        let by_path = text.contains('/');
        let glob = if by_path && !text.starts_with('/') { format!("**/{text}") } else { text.to_owned() };
        let built = GlobBuilder::new(&glob).literal_separator(by_path).case_insensitive(!by_path).build();
        let matcher = built.map_err(|error| format!("`{text}` is no pattern: {}", error.kind()))?.compile_matcher();
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn fits(&self, name: &str, path: &str) -> bool {
        if !self.text.contains('/') {
            return self.matcher.is_match(name);
        }
        let path = path.trim_end_matches('/');
        self.matcher.is_match(path)
    }
}

/// Where a rule is written, so that it can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file as shown.
    pub path: String,
    /// Line from 1.
    pub line: usize,
    /// Column from 1.
    pub column: usize,
}

/// Tags that hosts have, by their name or path.
#[derive(Clone, Debug, PartialEq)]
pub struct TagRule {
    /// Which hosts.
    pub hosts: HostPattern,
    /// Their tags.
    pub tags: Vec<String>,
    /// Where that is said.
    pub written: Written,
}

/// One rule. What is `None` it does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct HostRule {
    /// Names and paths, of which one has to fit; empty is every host.
    pub hosts: Vec<HostPattern>,
    /// Tags, all of which a host has to have.
    pub tags: Vec<String>,
    /// What they are used for.
    pub env: Option<Env>,
    /// From where they can be reached.
    pub exposure: Option<Exposure>,
    /// What an hour down costs.
    pub downtime: Option<Downtime>,
    /// Rule books that apply to them.
    pub regimes: Option<BTreeSet<Regime>>,
    /// How they are counted as services.
    pub count: Option<Count>,
    /// Who answers for them.
    pub owner: Option<String>,
    /// Where the rule stands.
    pub written: Written,
}

/// How hosts make up services.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// The hosts of one rule are so many services.
    Services(u32),
    /// The hosts of one group are one service.
    Group(String),
}

/// Every rule, in the order in which they are written.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct HostRules {
    /// What tags hosts have.
    pub tags: Vec<TagRule>,
    /// What is said of them.
    pub rules: Vec<HostRule>,
}

/// What the rules say of one host.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Place<'r> {
    /// What it is used for.
    pub env: Option<Env>,
    /// From where it can be reached.
    pub exposure: Option<Exposure>,
    /// What an hour down costs.
    pub downtime: Option<Downtime>,
    /// Rule books that apply.
    pub regimes: Option<&'r BTreeSet<Regime>>,
    /// How it is counted, and by which rule.
    pub count: Option<(usize, &'r Count)>,
    /// Who answers for it.
    pub owner: Option<&'r str>,
}

impl HostRules {
    /// What the rules say of the host or repository of this name and path.
    #[must_use]
    pub fn place(&self, name: &str, path: &str) -> Place<'_> {
        let mut place = Place::default();
        if self.rules.is_empty() {
            return place;
        }
        let tags = self.tags_of(name, path);
        for (index, rule) in self.rules.iter().enumerate().filter(|(_, rule)| rule.fits(name, path, &tags)) {
            place.env = rule.env.or(place.env);
            place.exposure = rule.exposure.or(place.exposure);
            place.downtime = rule.downtime.or(place.downtime);
            place.regimes = rule.regimes.as_ref().or(place.regimes);
            place.count = rule.count.as_ref().map(|count| (index, count)).or(place.count);
            place.owner = rule.owner.as_deref().or(place.owner);
        }
        place
    }

    fn tags_of(&self, name: &str, path: &str) -> BTreeSet<&str> {
        let own = self.tags.iter().filter(|rule| rule.hosts.fits(name, path));
        own.flat_map(|rule| &rule.tags).map(String::as_str).collect()
    }

    /// Rules that fit none of these hosts, given by name and path: a misspelt pattern must not go unseen.
    #[must_use]
    pub fn idle<'t>(&self, targets: impl Iterator<Item = (&'t str, &'t str)>) -> Vec<Problem> {
        let targets: Vec<(&str, &str, BTreeSet<&str>)> =
            targets.map(|(name, path)| (name, path, self.tags_of(name, path))).collect();
        let tags = self.tags.iter().filter(|rule| !targets.iter().any(|(name, path, _)| rule.hosts.fits(name, path)));
        let tags = tags.map(|rule| idle(&rule.written, &format!("no target here has the name or path `{}`", rule.hosts.text)));
        let rules = self.rules.iter().filter(|rule| !targets.iter().any(|(name, path, tags)| rule.fits(name, path, tags)));
        tags.chain(rules.map(|rule| idle(&rule.written, &rule.unmet()))).collect()
    }

    /// The rules without what they say of the environment.
    pub fn forget_env(&mut self) {
        self.rules.iter_mut().for_each(|rule| rule.env = None);
    }

    /// The rules without what they say of exposure.
    pub fn forget_exposure(&mut self) {
        self.rules.iter_mut().for_each(|rule| rule.exposure = None);
    }

    /// The rules without what they say of the cost of an hour down.
    pub fn forget_downtime(&mut self) {
        self.rules.iter_mut().for_each(|rule| rule.downtime = None);
    }

    /// The rules without what they say of rule books.
    pub fn forget_regimes(&mut self) {
        self.rules.iter_mut().for_each(|rule| rule.regimes = None);
    }

    /// The rules without what they say of services.
    pub fn forget_services(&mut self) {
        self.rules.iter_mut().for_each(|rule| rule.count = None);
    }
}

fn idle(written: &Written, why: &str) -> Problem {
    let text = format!("{why}, so this says nothing; compare it with the targets of the report");
    Problem::new(Code::ConfigIdle, written.path.clone(), text).at(written.line, written.column)
}

impl HostRule {
    fn fits(&self, name: &str, path: &str, tags: &BTreeSet<&str>) -> bool {
        let named = self.hosts.is_empty() || self.hosts.iter().any(|pattern| pattern.fits(name, path));
        named && self.tags.iter().all(|tag| tags.contains(tag.as_str()))
    }

    /// What no host fulfils.
    fn unmet(&self) -> String {
        let quoted = |texts: Vec<&str>| format!("`{}`", texts.join("`, `"));
        let names = quoted(self.hosts.iter().map(HostPattern::as_str).collect());
        let tags = quoted(self.tags.iter().map(String::as_str).collect());
        match (self.hosts.is_empty(), self.tags.is_empty()) {
            (false, true) => format!("no target here has the name or path {names}"),
            (true, _) => format!("no target here is tagged {tags}"),
            (false, false) => format!("no target here has the name or path {names} and is tagged {tags}"),
        }
    }
}

/// How many services the hosts of a case are: of each rule that counts them as it says, of each group one, and all others one.
/// `None` if nothing was said of any of them.
#[must_use]
pub(super) fn services<'p>(places: impl Iterator<Item = &'p Place<'p>>) -> Option<u32> {
    let mut counted: BTreeSet<(usize, u32)> = BTreeSet::new();
    let mut groups: BTreeSet<&str> = BTreeSet::new();
    let mut rest: u32 = 0;
    for place in places {
        match place.count {
            Some((rule, Count::Services(number))) => drop(counted.insert((rule, *number))),
            Some((_, Count::Group(group))) => drop(groups.insert(group)),
            None => rest = 1,
        }
    }
    if counted.is_empty() && groups.is_empty() {
        return None;
    }
    let groups = u32::try_from(groups.len()).unwrap_or(u32::MAX);
    let counted = counted.into_iter().map(|(_, number)| number);
    Some(counted.chain([groups]).fold(rest, u32::saturating_add))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Tier;

    fn written(line: usize) -> Written {
        Written { path: "underpin.toml".to_owned(), line, column: 1 }
    }

    fn rule(hosts: &[&str], tags: &[&str]) -> HostRule {
        HostRule {
            hosts: hosts.iter().map(|text| HostPattern::new(text).expect("a pattern")).collect(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            env: None,
            exposure: None,
            downtime: None,
            regimes: None,
            count: None,
            owner: None,
            written: written(1),
        }
    }

    fn tagged(hosts: &str, tags: &[&str]) -> TagRule {
        let hosts = HostPattern::new(hosts).expect("a pattern");
        TagRule { hosts, tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), written: written(9) }
    }

    #[test]
    fn a_pattern_is_for_the_name_and_with_a_slash_for_the_path() {
        for (pattern, name, path, fits) in [
            ("web-*", "web-1", "/", true),
            ("WEB-?", "web-1", "/", true),
            ("web-*", "db-1", "/srv/web-1", false),
            ("db[1-3]", "db2", "/", true),
            ("{web,app}-*.example.org", "app-7.example.org", "/", true),
            ("services/*", "shop", "/srv/services/shop", true),
            ("services/*", "shop", "services/shop/", true),
            ("services/*", "shop", "/srv/services/shop/front", false),
            ("/srv/**", "shop", "/srv/a/shop", true),
            ("/srv/*", "shop", "/srv/a/shop", false),
        ] {
            assert_eq!(HostPattern::new(pattern).expect("a pattern").fits(name, path), fits, "{pattern}: {name}, {path}");
        }
        for bad in ["", " ", "web-[", "{a,b"] {
            assert!(HostPattern::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn of_several_rules_each_says_its_part_and_the_last_word_counts() {
        let rules = HostRules {
            tags: vec![tagged("web-*", &["dmz"]), tagged("*-1", &["first"])],
            rules: vec![
                HostRule { env: Some(Env::Prod), owner: Some("platform".to_owned()), ..rule(&["*"], &[]) },
                HostRule { exposure: Some(Exposure::Internet), ..rule(&[], &["dmz"]) },
                HostRule { downtime: Some(Downtime::Tier(Tier::TensOfThousands)), ..rule(&[], &["dmz", "first"]) },
                HostRule { env: Some(Env::Staging), owner: Some("web".to_owned()), ..rule(&["web-2"], &[]) },
            ],
        };
        let facts = |name| {
            let place = rules.place(name, "/");
            (place.env, place.exposure, place.downtime.is_some(), place.owner.unwrap_or_default().to_owned())
        };
        assert_eq!(facts("web-1"), (Some(Env::Prod), Some(Exposure::Internet), true, "platform".to_owned()));
        assert_eq!(facts("web-2"), (Some(Env::Staging), Some(Exposure::Internet), false, "web".to_owned()));
        assert_eq!(facts("db-1"), (Some(Env::Prod), None, false, "platform".to_owned()));
        assert_eq!(HostRules::default().place("web-1", "/"), Place::default());
    }

    #[test]
    fn services_are_groups_and_counted_rules_and_one_for_the_rest() {
        let (two, shop, till) = (Count::Services(2), Count::Group("shop".to_owned()), Count::Group("till".to_owned()));
        let counted = |counts: &[Option<(usize, &Count)>]| {
            let places: Vec<Place<'_>> = counts.iter().map(|count| Place { count: *count, ..Place::default() }).collect();
            services(places.iter())
        };
        assert_eq!(counted(&[None, None]), None);
        assert_eq!(counted(&[Some((0, &shop)), Some((1, &till)), Some((0, &shop))]), Some(2));
        assert_eq!(counted(&[Some((0, &two)), Some((0, &two)), Some((0, &two))]), Some(2));
        assert_eq!(counted(&[Some((0, &two)), Some((1, &shop)), None]), Some(4));
    }

    #[test]
    fn a_rule_that_fits_nothing_is_named_with_its_place() {
        let rules = HostRules {
            tags: vec![tagged("mail-*", &["mail"])],
            rules: vec![rule(&["web-*"], &[]), rule(&["wbe-*"], &[]), rule(&[], &["mail"]), rule(&["web-1"], &["mail"])],
        };
        let told: Vec<String> = rules.idle([("web-1", "/")].into_iter()).iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].starts_with("underpin.toml:9:1: CFG004: no target here has the name or path `mail-*`"), "{told:?}");
        assert!(told[1].contains("`wbe-*`") && told[2].contains("is tagged `mail`") && told[3].contains("and is tagged"));
    }
}
