//! `vendors/<id>.toml` as written.

use toml::Spanned;

use super::shape::{raw, words};
use super::{Number, Tables, Text};
use crate::catalog::words::{Confidence, OfferType, Period, PriceUnit, ProgrammeKind, ProgrammeStatus, Relation, SupportHours};

raw! {
    /// A vendor and its own offers: `vendors/<id>.toml`.
    RawVendor {
        /// Version of the format: 1.
        schema: Option<Number> = required,
        /// Name for people.
        name: Option<Text> = required,
        /// Its site.
        url: Option<Text> = required url,
        /// Seat, two letters of ISO 3166: `DE`.
        country: Option<Text>,
        /// Facts that fit nowhere else.
        notes: Option<Text>,
        /// Other ids or names.
        aliases: Vec<Text>,
        /// Who answers for this file at the vendor: a mail address or an https page. Needed unless `recorded-by` stands here.
        contact: Option<Text>,
        /// Who recorded this file from public pages, if the vendor did not send it; shown beside its offers.
        recorded_by: Option<Text>,
        /// In a folder of your own: why this file takes the place of the catalog's; every report says so.
        replaces: Option<Text>,
        /// What the vendor gives back to the projects.
        upstream: Option<Spanned<RawUpstream>>,
        /// What it sells.
        offer: Tables<RawOffer>,
        /// What it offers to those who bring customers.
        programme: Tables<RawProgramme>,
    }
    /// What a vendor gives back to the projects.
    RawUpstream {
        /// The contribution, in words.
        contribution: Option<Text> = required,
        /// The page where it was seen.
        source: Option<Text> = url,
    }
    /// One contract on sale.
    RawOffer {
        /// Id, unique in this file.
        id: Option<Text> = required id,
        /// Name for people.
        name: Option<Text> = required,
        /// What is sold.
        r#type: Option<Text> = required words(words!(OfferType)),
        /// What the seller does about what runs; only `fixes` and `help-desk` compete with doing it yourself.
        relation: Option<Text> = words(words!(Relation)),
        /// Whether somebody read its page; an unverified offer carries no number.
        confidence: Option<Text> = required words(words!(Confidence)),
        /// Its page.
        source: Option<Text> = required url,
        /// The day on which the page was read.
        as_of: Option<Text> = date,
        /// Hours of support with their time zone, as worded.
        support_hours: Option<Text>,
        /// When support answers, if that holds for everybody who buys this: `24x7`, `24x5` (working days) or `business`.
        hours: Option<Text> = words(words!(SupportHours)),
        /// Response times, as worded; a response is not a fix.
        response: Option<Text>,
        /// Minutes until the first answer at the highest severity, counted while support runs.
        response_minutes: Option<Number>,
        /// Regions and languages, as worded.
        regions: Option<Text>,
        /// Languages of support, two letters of ISO 639-1, if the page states them all.
        languages: Vec<Text>,
        /// Where it is to be had, if the page states it: worldwide, emea, europe, eu, north-america, asia-pacific, or countries (`DE`).
        serves: Vec<Text>,
        /// Facts that fit nowhere else.
        notes: Option<Text>,
        /// Id of the mark on a host that proves that it was bought.
        entitlement: Option<Text> = id,
        /// What the source says of its price; absent is unknown, never zero.
        price: Option<Spanned<RawPrice>>,
        /// What it covers; at least one product.
        covers: Tables<RawCoverage> = required,
    }
    /// A published price, tax excluded unless `text` says otherwise.
    RawPrice {
        /// The price for one unit and period, or the lower end of a range.
        lo: Option<Text>,
        /// The upper end, equal to `lo` for one price; absent means "from".
        hi: Option<Text>,
        /// Currency, three letters of ISO 4217: `EUR`.
        currency: Option<Text>,
        /// What is counted.
        per: Option<Text> = words(words!(PriceUnit)),
        /// How often it is due; if the page does not say, `text` says that.
        period: Option<Text> = words(words!(Period)),
        /// Least number of units that is billed.
        minimum: Option<Number>,
        /// The day of the price.
        as_of: Option<Text> = date,
        /// The page that states it.
        source: Option<Text> = url,
        /// The unit in words, with what the figures cannot hold.
        text: Option<Text>,
    }
    /// A product that an offer covers.
    RawCoverage {
        /// Id of the product.
        product: Option<Text> = required id,
        /// Versions, as the source words them.
        versions: Option<Text>,
        /// Exact cycles, only where the source states them exactly.
        cycles: Vec<Text>,
        /// Ids of the platforms it is bound to; absent means that no limit is known.
        on: Vec<Text> = id,
    }
    /// The record of a programme for those who bring customers. An absent term is unknown.
    RawProgramme {
        /// Stable id.
        id: Option<Text> = required id,
        /// What sort of programme it is; `none-found` if somebody looked and there is none.
        kind: Option<Text> = required words(words!(ProgrammeKind)),
        /// `verified` if the vendor confirmed the record.
        status: Option<Text> = required words(words!(ProgrammeStatus)),
        /// The page that states it.
        source_url: Option<Text> = required url,
        /// The day on which the page was read; a record older than 365 days cannot be referred to (P24).
        retrieved: Option<Text> = required date,
        /// The terms as the source words them.
        terms: Option<Text>,
        /// Ids of this file's offers that it belongs to; absent means not stated.
        offers: Vec<Text> = id,
        /// Rewards that are not money (P21): training-seat, certification-voucher, conference-pass, public-thanks, early-access,
        /// upstream-engineering-hours.
        non_monetary: Option<Vec<Text>>,
        /// What goes to the project itself (P22).
        upstream: Option<Spanned<RawShare>>,
        /// Who can receive a reward: none (always offered, P23), upstream, employer-discount, champion.
        recipients: Option<Vec<Text>>,
        /// Who receives it if nobody chooses; never the champion (P09).
        default_recipient: Option<Text>,
        /// How many levels of people earn; 1 (P01).
        levels: Option<Number>,
        /// What it costs to take part; 0 (P03).
        join_fee: Option<Text>,
        /// What one must buy to take part; 0 (P03).
        min_purchase: Option<Text>,
        /// What one gets for bringing in further participants; none (P02).
        recruitment_reward: Option<Text>,
        /// What makes a reward due; customer-paid (P04).
        trigger: Option<Text>,
        /// Days between the customer's payment and the reward; 30 or more (P04).
        hold_days: Option<Number>,
        /// Whether a reward is taken back when the customer is refunded; true (P04).
        clawback: Option<bool>,
        /// What a referral does to the customer's price; none (P05).
        price_effect: Option<Text>,
        /// A reward in money.
        reward: Option<Spanned<RawReward>>,
        /// What holds if the buyer is the referrer's employer; written-consent or excluded (P08).
        own_employer: Option<Text>,
        /// What holds if the referrer decides on the purchase; no-personal-reward (P07).
        decision_maker: Option<Text>,
        /// What holds for public buyers; no-reward (P10).
        public_sector: Option<Text>,
        /// What must be disclosed (P11, P12).
        disclosure: Option<Spanned<RawDisclosure>>,
        /// What a referral tells the vendor (P17): company, product, scope-size-band, champion-contact at most.
        lead_fields: Option<Vec<Text>>,
        /// Days for which the vendor keeps it; 365 or fewer (P19).
        retention_days: Option<Number>,
        /// Whether placement can be bought; false (P13).
        paid_placement: Option<bool>,
        /// Whether the referrer may name this vendor only; false (P16).
        exclusive: Option<bool>,
        /// Whether its texts promise income; false (P20).
        earnings_claims: Option<bool>,
    }
    /// A reward in money, as worded (P06).
    RawReward {
        /// `percent` or `fixed`.
        kind: Option<Text>,
        /// The figure, in percent or in `currency`.
        value: Option<Text>,
        /// What a percentage is taken of.
        base: Option<Text>,
        /// The most that is paid, in `currency`.
        cap: Option<Text>,
        /// Currency, three letters of ISO 4217.
        currency: Option<Text>,
        /// For how many months it is paid; 12 or fewer.
        duration_months: Option<Number>,
    }
    /// What a programme says of disclosure.
    RawDisclosure {
        /// Whether it is demanded.
        required: Option<bool>,
        /// The words to use.
        text: Option<Text>,
        /// Whether rewards that are not money are disclosed too.
        covers_non_monetary: Option<bool>,
    }
    /// What a programme gives to the project.
    RawShare {
        /// Percent of the sale.
        share_pct: Option<Text>,
        /// The project's own funding link.
        funding_url: Option<Text> = url,
        /// Who found that link in the project's manifest.
        verified_by: Option<Text>,
    }
}
