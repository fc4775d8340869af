//! The closed word lists of the document. Builders parse them from the words of `model` and `score`.

use crate::model::vocabulary;

vocabulary! {
    /// What sort of target was looked at.
    #[derive(Default)]
    TargetWord, "target" { #[default] Host = "host", Container = "container", Image = "image", Rootfs = "rootfs", Chroot = "chroot", Repository = "repository", Sbom = "sbom" }
}

vocabulary! {
    /// What sort of free work it is.
    #[derive(Default)]
    ActionWord, "action" { #[default] Update = "update", Upgrade = "upgrade", Remove = "remove", Restart = "restart", Accept = "accept" }
}

vocabulary! {
    /// Where a version stands in its life on the report's day.
    #[derive(Default)]
    LifeState, "state" {
        Supported = "supported",
        SecurityOnly = "security-only",
        Ending = "ending",
        Eol = "eol",
        EolCovered = "eol-covered",
        #[default]
        Unknown = "unknown",
    }
}

impl LifeState {
    /// Whether nobody fixes it for free any more.
    #[must_use]
    pub fn ended(self) -> bool {
        matches!(self, Self::Eol | Self::EolCovered)
    }
}

vocabulary! {
    /// Whose promise of fixes is followed.
    #[derive(Default)]
    FollowedWord, "followed" { Distribution = "distribution", Vendor = "vendor", #[default] Upstream = "upstream" }
}

vocabulary! {
    /// How strongly something is in use, strongest first.
    #[derive(Default)]
    UseWord, "use" {
        Running = "running",
        Enabled = "enabled",
        #[default]
        Installed = "installed",
        Dependency = "dependency",
        Embedded = "embedded",
        Declared = "declared",
    }
}

vocabulary! {
    /// The verdict on a case; made by the score, only shown here.
    #[derive(Default)]
    VerdictWord, "verdict" {
        MustAct = "must-act",
        Depends = "depends",
        #[default]
        NotEnoughData = "not-enough-data",
        PaysOff = "pays-off",
        DoesNotPayOff = "does-not-pay-off",
        Borderline = "borderline",
    }
}

vocabulary! {
    /// What a verdict means in particular.
    SubVerdict, "sub-verdict" {
        /// Must act: buying is the cheaper fix.
        Buy = "buy",
        /// Must act, or does not pay off: upgrading is the cheaper way.
        Upgrade = "upgrade",
        /// Must act: both cost about the same.
        Either = "either",
        /// Must act, and no price is known.
        AskForQuote = "ask-for-quote",
        /// Must act, and there is nothing to upgrade to.
        BuyIsolateOrReplace = "buy-isolate-or-replace",
        /// Does not pay off: the community's support is enough. Never beside an end of life.
        Community = "community",
        /// Does not pay off: leaving it is the cheapest on paper, and nobody fixes it.
        Leave = "leave",
        /// Not enough data: the hours.
        Hours = "hours",
        /// Not enough data: a price.
        Price = "price",
        /// Not enough data: figures of the reader's own.
        Evidence = "evidence",
    }
}

vocabulary! {
    /// An open question that decides a case alone.
    TurnsOn, "question" { Tier = "tier", Exposure = "exposure", Services = "services" }
}

vocabulary! {
    /// The cheapest way without buying.
    BestFree, "way" { Community = "community", Upgrade = "upgrade" }
}

vocabulary! {
    /// Whether an offer covers the version.
    #[derive(Default)]
    Covers, "coverage" { Yes = "yes", No = "no", #[default] Unknown = "unknown" }
}

vocabulary! {
    /// What a price rests on. An anchor is the usual range of its kind and never a vendor's price.
    #[derive(Default)]
    PriceBasis, "price basis" { List = "list", From = "from", #[default] Anchor = "anchor", Quote = "quote" }
}

vocabulary! {
    /// How much of what moves a case is evidence of the reader's own: mostly, partly, or mostly defaults.
    EvidenceGrade, "evidence grade" { A = "A", B = "B", C = "C" }
}
