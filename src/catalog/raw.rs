//! The catalog's files as they are written, before any check. Every key is optional here, so that one file's missing keys
//! are all reported together; unknown keys are errors. Format: the chapter "Catalog files" of CONTRIBUTING.md.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A text with its place.
pub(crate) type Text = Spanned<String>;
/// A whole number with its place.
pub(crate) type Number = Spanned<i64>;
/// Tables of one kind with their places.
pub(crate) type Tables<T> = Vec<Spanned<T>>;

/// Declares raw tables: every field is optional, lists and tables may be absent.
macro_rules! raw {
    ($($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty),+ $(,)? })+) => {
        $($(#[$meta])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub(crate) struct $name { $(pub(crate) $field: $type),+ })+
    };
}

raw! {
    /// `products/<id>.toml`
    RawProduct {
        schema: Option<Number>, name: Option<Text>, kind: Option<Text>, open_source: Option<Text>, license: Option<Text>,
        homepage: Option<Text>, policy: Option<Text>, sources: Vec<Text>, aliases: Vec<Text>, funding: Vec<Text>,
        made_by: Vec<Text>, cycle_from: Option<Text>, package: Tables<RawPackage>, binary: Tables<RawBinary>,
        config: Tables<RawConfig>, process: Tables<RawProcess>, example: Tables<RawExample>,
    }
    /// `[[package]]`
    RawPackage {
        r#type: Vec<Text>, name: Vec<Text>, role: Option<Text>, versions: Option<Text>, distros: Vec<Text>, rule: Option<Text>,
    }
    /// `[[binary]]`
    RawBinary {
        role: Option<Text>, files: Vec<Text>, r#in: Option<Text>, anchor: Option<Text>, version: Option<Text>,
        require: Vec<Text>, neighbour: Option<Spanned<RawNeighbour>>, file_version: Option<Text>,
    }
    /// `neighbour = { … }`
    RawNeighbour { file: Option<Text>, version: Option<Text> }
    /// `[[config]]`
    RawConfig { role: Option<Text>, path: Option<Text>, version: Option<Text> }
    /// `[[process]]`
    RawProcess { name: Vec<Text>, role: Option<Text> }
    /// `[[example]]`
    RawExample { purl: Option<Text>, expect: Option<Text> }

    /// `lifecycle/<id>.toml`
    RawLifecycle {
        schema: Option<Number>, source: Option<Text>, as_of: Option<Text>, cycle: Tables<RawCycle>, step: Tables<RawStep>,
    }
    /// `[[cycle]]`
    RawCycle {
        name: Option<Text>, codename: Option<Text>, release: Option<Text>, lts: Option<Text>, active_end: Option<Text>,
        eol: Option<Text>, extended_end: Option<Text>, extended_is: Option<Text>, extended_by: Option<Text>,
        latest: Option<Text>, latest_date: Option<Text>,
    }
    /// `[[step]]`
    RawStep {
        from: Option<Text>, to: Option<Text>, to_product: Option<Text>, kind: Option<Text>, hours: Option<Spanned<Vec<i64>>>,
        per: Option<Text>, source: Option<Text>, confidence: Option<Text>,
    }

    /// `vendors/<id>.toml`
    RawVendor {
        schema: Option<Number>, name: Option<Text>, url: Option<Text>, country: Option<Text>, notes: Option<Text>,
        aliases: Vec<Text>, contact: Option<Text>, upstream: Option<Spanned<RawUpstream>>, offer: Tables<RawOffer>,
        programme: Tables<RawProgramme>,
    }
    /// `upstream = { … }` of a vendor
    RawUpstream { contribution: Option<Text>, source: Option<Text> }
    /// `[[offer]]`
    RawOffer {
        id: Option<Text>, name: Option<Text>, r#type: Option<Text>, relation: Option<Text>, confidence: Option<Text>,
        source: Option<Text>, as_of: Option<Text>, support_hours: Option<Text>, response: Option<Text>,
        regions: Option<Text>, notes: Option<Text>, entitlement: Option<Text>, price: Option<Spanned<RawPrice>>,
        covers: Tables<RawCoverage>,
    }
    /// `price = { … }`
    RawPrice {
        lo: Option<Text>, hi: Option<Text>, currency: Option<Text>, per: Option<Text>, period: Option<Text>,
        minimum: Option<Number>, as_of: Option<Text>, source: Option<Text>, text: Option<Text>,
    }
    /// `[[offer.covers]]`
    RawCoverage { product: Option<Text>, versions: Option<Text>, cycles: Vec<Text>, on: Vec<Text> }
    /// `[[programme]]`
    RawProgramme {
        id: Option<Text>, kind: Option<Text>, status: Option<Text>, source_url: Option<Text>, retrieved: Option<Text>,
        terms: Option<Text>, offers: Vec<Text>, levels: Option<Number>, join_fee: Option<Text>, min_purchase: Option<Text>,
        recruitment_reward: Option<Text>, trigger: Option<Text>, hold_days: Option<Number>, clawback: Option<bool>,
        price_effect: Option<Text>, reward: Option<Spanned<RawReward>>, recipients: Option<Vec<Text>>,
        default_recipient: Option<Text>, own_employer: Option<Text>, decision_maker: Option<Text>,
        public_sector: Option<Text>, disclosure: Option<Spanned<RawDisclosure>>, non_monetary: Option<Vec<Text>>,
        upstream: Option<Spanned<RawShare>>, lead_fields: Option<Vec<Text>>, retention_days: Option<Number>,
        paid_placement: Option<bool>, exclusive: Option<bool>, earnings_claims: Option<bool>,
    }
    /// `reward = { … }`
    RawReward {
        kind: Option<Text>, value: Option<Text>, base: Option<Text>, cap: Option<Text>, currency: Option<Text>,
        duration_months: Option<Number>,
    }
    /// `disclosure = { … }`
    RawDisclosure { required: Option<bool>, text: Option<Text>, covers_non_monetary: Option<bool> }
    /// `upstream = { … }` of a programme
    RawShare { share_pct: Option<Text>, funding_url: Option<Text>, verified_by: Option<Text> }

    /// `rates.toml`
    RawRates {
        schema: Option<Number>, base: Option<Text>, date: Option<Text>, source: Option<Text>,
        rates: BTreeMap<Spanned<String>, Text>,
    }
    /// `labour.toml`
    RawLabour { schema: Option<Number>, country: Tables<RawCountry> }
    /// `[[country]]`
    RawCountry {
        code: Option<Text>, year: Option<Number>, currency: Option<Text>, hourly: Option<Text>, source: Option<Text>,
    }
    /// `funding.toml`
    RawFunding { schema: Option<Number>, channel: Tables<RawChannel> }
    /// `[[channel]]`
    RawChannel {
        name: Option<Text>, kind: Option<Text>, url: Option<Text>, fee: Option<Text>, source: Option<Text>,
        confidence: Option<Text>, notes: Option<Text>,
    }
}
