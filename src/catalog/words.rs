//! The closed vocabularies of the catalog's files. Words of the score and the scan stand in `model`.

use crate::model::vocabulary;

vocabulary! {
    /// Whether a product is open source.
    OpenSource, "open-source" {
        Yes = "yes",
        /// The same id also covers editions that are not.
        OpenCore = "open-core",
        /// Kept for its life cycle only.
        No = "no",
    }
}

vocabulary! {
    /// How the cycle of a version is named when no row of the life-cycle table fits.
    CycleFrom, "cycle-from" { Major = "major", MajorMinor = "major.minor", AsIs = "as-is" }
}

vocabulary! {
    /// What sort of file a byte signature is looked for in.
    FileClass, "in" { Elf = "elf", Script = "script", Any = "any" }
}

vocabulary! {
    /// Who gets an extension of a cycle's life.
    ExtendedIs, "extended-is" {
        /// Everybody, without doing anything.
        FreeDefault = "free-default",
        /// Who pays or switches it on.
        Paid = "paid",
        Unknown = "unknown",
    }
}

vocabulary! {
    /// How large an upgrade step is.
    StepKind, "kind" { Minor = "minor", Major = "major", Rewrite = "rewrite" }
}

vocabulary! {
    /// What the hours of an upgrade step are counted for.
    StepUnit, "per" { Application = "application", Host = "host", Lines50k = "50k-lines", Cluster = "cluster" }
}

vocabulary! {
    /// Where the hours of an upgrade step come from.
    Trust, "confidence" { Seen = "seen", Judgement = "judgement" }
}

vocabulary! {
    /// Whether somebody read the page that makes a claim.
    Confidence, "confidence" {
        Seen = "seen",
        /// Name and official link only; never carries a number.
        Unverified = "unverified",
    }
}

vocabulary! {
    /// What is sold.
    OfferType, "type" {
        Subscription = "subscription",
        ExtendedLife = "extended-life",
        Managed = "managed",
        Retainer = "retainer",
        Consulting = "consulting",
        Training = "training",
        CertifiedBuild = "certified-build",
        Indemnification = "indemnification",
    }
}

vocabulary! {
    /// When support answers.
    SupportHours, "hours" {
        Always = "24x7",
        /// Around the clock on working days.
        Weekdays = "24x5",
        Business = "business",
    }
}

vocabulary! {
    /// How an offer relates to what runs; only fixes and help-desk compete with doing it yourself.
    Relation, "relation" {
        /// The seller changes the code or ships patched builds of it.
        Fixes = "fixes",
        /// Answers, advice, operation.
        HelpDesk = "help-desk",
        /// Help to leave it.
        Migration = "migration",
        /// Another product, edition or build in its place.
        Replacement = "replacement",
        /// Run elsewhere for you.
        Hosting = "hosting",
    }
}

vocabulary! {
    /// What a price is counted by.
    PriceUnit, "per" {
        Organisation = "organisation",
        Unit = "unit",
        Host = "host",
        PhysicalHost = "physical-host",
        Node = "node",
        Vcpu = "vcpu",
        Instance = "instance",
        Service = "service",
        App = "app",
        User = "user",
        Employee = "employee",
        Gb = "gb",
        Spend = "spend",
        Ticket = "ticket",
    }
}

vocabulary! {
    /// How often a price is due.
    Period, "period" {
        Year = "year",
        Month = "month",
        HalfYear = "6-months",
        Day = "day",
        Hour = "hour",
        Once = "once",
    }
}

impl Period {
    /// How often it comes in a year of running time; `None` for a single payment.
    #[must_use]
    pub fn per_year(self) -> Option<u32> {
        match self {
            Self::Year => Some(1),
            Self::Month => Some(12),
            Self::HalfYear => Some(2),
            Self::Day => Some(365),
            Self::Hour => Some(8760),
            Self::Once => None,
        }
    }
}

vocabulary! {
    /// What sort of programme a vendor runs.
    ProgrammeKind, "kind" {
        Referral = "referral",
        Affiliate = "affiliate",
        Reseller = "reseller",
        /// A share of the sale goes to the project itself.
        RevenueShare = "revenue-share-to-project",
        /// Somebody looked and there is none.
        NoneFound = "none-found",
    }
}

vocabulary! {
    /// Whether the vendor confirmed a programme's record.
    ProgrammeStatus, "status" { Verified = "verified", Recorded = "recorded" }
}
