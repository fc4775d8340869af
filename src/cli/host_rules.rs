//! `[[host]]` and `[tags]` of `underpin.toml`: what holds for single hosts and repositories.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use crate::score::{Count, Downtime, Env, Exposure, HostPattern, HostRule, HostRules, Regime, TagRule, Tier};

use super::Fatal;
use super::args::PolicyArgs;
use super::config::{Loaded, Words};
use super::policy::{configured, number, parsed};

/// `[tags]`: a pattern for names or paths, and the tags that such hosts have.
pub(super) type TagTable = BTreeMap<Spanned<String>, Words>;

/// One `[[host]]` rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HostTable {
    /// Which hosts, by name or path.
    #[serde(default, rename = "match")]
    hosts: Words,
    /// Which hosts, by tag.
    #[serde(default)]
    tags: Words,
    env: Option<Spanned<String>>,
    exposure: Option<Spanned<String>>,
    tier: Option<Spanned<u8>>,
    downtime_cost: Option<Spanned<f64>>,
    regimes: Option<Vec<Spanned<String>>>,
    services: Option<Spanned<u32>>,
    group: Option<Spanned<String>>,
    owner: Option<Spanned<String>>,
}

/// The rules, without what the command line says for all hosts.
pub(super) fn host_rules(args: &PolicyArgs, loaded: &Loaded) -> Result<HostRules, Fatal> {
    let tags = loaded.config.tags.iter().map(|(pattern, tags)| tag_rule(loaded, pattern, tags));
    let rules = loaded.config.host.iter().map(|table| rule(loaded, table));
    let mut rules = HostRules {
        tags: tags.collect::<Result<Vec<TagRule>, Fatal>>()?,
        rules: rules.collect::<Result<Vec<HostRule>, Fatal>>()?,
    };
    if args.env.is_some() {
        rules.forget_env();
    }
    if args.exposure.is_some() {
        rules.forget_exposure();
    }
    if args.tier.is_some() || args.downtime_cost.is_some() {
        rules.forget_downtime();
    }
    if !args.regime.is_empty() {
        rules.forget_regimes();
    }
    if args.services.is_some() {
        rules.forget_services();
    }
    Ok(rules)
}

fn tag_rule(loaded: &Loaded, pattern: &Spanned<String>, tags: &Words) -> Result<TagRule, Fatal> {
    let hosts = loaded.value(pattern, |text| HostPattern::new(text))?;
    let tags = words(loaded, tags, "a tag")?;
    if tags.is_empty() {
        return Err(loaded.refused(pattern, "no tag stands here; name at least one, or take the line out"));
    }
    Ok(TagRule { hosts, tags, written: loaded.written(pattern) })
}

fn rule(loaded: &Loaded, table: &Spanned<HostTable>) -> Result<HostRule, Fatal> {
    let raw = table.get_ref();
    if raw.hosts.0.is_empty() && raw.tags.0.is_empty() {
        return Err(loaded.refused(table, "this rule says of no host what it says; add match = \"web-*\", or tags = [\"web\"]"));
    }
    let patterns = raw.hosts.0.iter().map(|text| loaded.value(text, |text| HostPattern::new(text)));
    let rule = HostRule {
        hosts: patterns.collect::<Result<Vec<HostPattern>, Fatal>>()?,
        tags: words(loaded, &raw.tags, "a tag")?,
        env: configured(loaded, raw.env.as_ref(), |text| parsed::<Env>(text))?,
        exposure: configured(loaded, raw.exposure.as_ref(), |text| parsed::<Exposure>(text))?,
        downtime: downtime(loaded, raw)?,
        regimes: raw.regimes.as_deref().map(|regimes| books(loaded, regimes)).transpose()?,
        count: count(loaded, raw)?,
        owner: configured(loaded, raw.owner.as_ref(), |text| said(text, "an owner"))?,
        written: loaded.written(table),
    };
    let says = rule.env.is_some()
        || rule.exposure.is_some()
        || rule.downtime.is_some()
        || rule.regimes.is_some()
        || rule.count.is_some()
        || rule.owner.is_some();
    if !says {
        let keys = "env, exposure, tier, downtime-cost, regimes, services, group or owner";
        return Err(loaded.refused(table, &format!("this rule says nothing of its hosts; give {keys}")));
    }
    Ok(rule)
}

fn words(loaded: &Loaded, words: &Words, what: &str) -> Result<Vec<String>, Fatal> {
    words.0.iter().map(|word| loaded.value(word, |text| said(text, what))).collect()
}

pub(super) fn said(text: &str, what: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err(format!("{what} must not be blank")) } else { Ok(text.to_owned()) }
}

fn books(loaded: &Loaded, regimes: &[Spanned<String>]) -> Result<BTreeSet<Regime>, Fatal> {
    regimes.iter().map(|regime| loaded.value(regime, |text| parsed(text))).collect()
}

fn downtime(loaded: &Loaded, raw: &HostTable) -> Result<Option<Downtime>, Fatal> {
    if let (Some(_), Some(cost)) = (&raw.tier, &raw.downtime_cost) {
        return Err(loaded.refused(cost, "tier and downtime-cost say the same thing; keep the one that you know better"));
    }
    let tier = configured(loaded, raw.tier.as_ref(), |class| parsed::<Tier>(&class.to_string()))?;
    let cost = configured(loaded, raw.downtime_cost.as_ref(), |amount| number(*amount))?;
    Ok(tier.map(Downtime::Tier).or(cost.map(Downtime::Cost)))
}

fn count(loaded: &Loaded, raw: &HostTable) -> Result<Option<Count>, Fatal> {
    if let (Some(_), Some(group)) = (&raw.services, &raw.group) {
        return Err(loaded.refused(group, "services and group both count services; keep one of them"));
    }
    let services = configured(loaded, raw.services.as_ref(), |number| match number {
        0 => Err("hosts are at least 1 service".to_owned()),
        number => Ok(Count::Services(*number)),
    })?;
    let group = configured(loaded, raw.group.as_ref(), |text| said(text, "a group").map(Count::Group))?;
    Ok(services.or(group))
}
