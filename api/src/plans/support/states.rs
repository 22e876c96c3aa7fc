//! What leads where. Pure: a table that a test holds against one of its own.

use sea_orm::entity::prelude::*;

/// Whose step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The country that states the gap.
    Home,
    /// The partner that was asked.
    Partner,
}

macro_rules! states {
    ($($(#[doc = $about:literal])+ $name:ident as $graphql:literal { $($(#[doc = $doc:literal])+ $variant:ident),+ $(,)? })+) => {$(
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(12))", rename_all = "snake_case")]
        #[graphql(name = $graphql)]
        pub enum $name { $($(#[doc = $doc])+ $variant),+ }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),+];
        }
    )+};
}

states! {
    /// How far a request has come.
    RequestState as "SupportRequestState" {
        /// Written, and not sent: seen at home only.
        Drafted,
        /// Sent to the partner.
        Sent,
        /// The partner declined.
        Declined,
        /// Taken back: seen at home only.
        Withdrawn,
    }
    /// How far an offer has come.
    OfferState as "SupportOfferState" {
        /// Made, and not answered.
        Open,
        /// Taken back by the partner.
        Withdrawn,
        /// Not taken up.
        Refused,
        /// Accepted: it is a commitment.
        Accepted,
    }
    /// How far a commitment has come.
    CommitmentState as "CommitmentState" {
        /// Promised.
        Promised,
        /// Being carried out.
        UnderWay,
        /// Delivered, as its owner says.
        Delivered,
        /// Received, as the country says that stated the gap.
        Received,
        /// Cancelled by either side before it was delivered.
        Cancelled,
    }
}

macro_rules! steps {
    ($($(#[doc = $about:literal])+ $name:ident as $graphql:literal { $($(#[doc = $doc:literal])+ $variant:ident),+ $(,)? })+) => {$(
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
        #[graphql(name = $graphql)]
        pub enum $name { $($(#[doc = $doc])+ $variant),+ }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),+];
        }
    )+};
}

steps! {
    /// A step of a request.
    RequestStep as "SupportRequestStep" {
        /// Sends it to the partner. Whoever drafted it cannot.
        Send,
        /// Takes it back.
        Withdraw,
        /// Declines it, as the partner.
        Decline,
    }
    /// A step of an offer.
    OfferStep as "SupportOfferStep" {
        /// Takes it back, as the partner.
        Withdraw,
        /// Does not take it up.
        Refuse,
        /// Accepts it: it becomes a commitment.
        Accept,
    }
    /// A step of a commitment.
    CommitmentStep as "CommitmentStep" {
        /// Begins to carry it out, as its owner.
        Begin,
        /// Says that it is delivered, as its owner.
        Deliver,
        /// Says that it was received, as the country that stated the gap.
        Receive,
        /// Cancels it, as either side.
        Cancel,
    }
}

impl RequestState {
    pub fn after(self, step: RequestStep) -> Option<Self> {
        match (self, step) {
            (Self::Drafted, RequestStep::Send) => Some(Self::Sent),
            (Self::Drafted | Self::Sent, RequestStep::Withdraw) => Some(Self::Withdrawn),
            (Self::Sent, RequestStep::Decline) => Some(Self::Declined),
            _ => None,
        }
    }

    /// Whether the partner sees it.
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Sent | Self::Declined)
    }
}

impl RequestStep {
    pub fn by(self, side: Side) -> bool {
        (side == Side::Partner) == (self == Self::Decline)
    }
}

impl OfferState {
    pub fn after(self, step: OfferStep) -> Option<Self> {
        match (self, step) {
            (Self::Open, OfferStep::Withdraw) => Some(Self::Withdrawn),
            (Self::Open, OfferStep::Refuse) => Some(Self::Refused),
            (Self::Open, OfferStep::Accept) => Some(Self::Accepted),
            _ => None,
        }
    }
}

impl OfferStep {
    pub fn by(self, side: Side) -> bool {
        (side == Side::Partner) == (self == Self::Withdraw)
    }
}

impl CommitmentState {
    pub fn after(self, step: CommitmentStep) -> Option<Self> {
        match (self, step) {
            (Self::Promised, CommitmentStep::Begin) => Some(Self::UnderWay),
            (Self::Promised | Self::UnderWay, CommitmentStep::Deliver) => Some(Self::Delivered),
            (Self::Delivered, CommitmentStep::Receive) => Some(Self::Received),
            (Self::Promised | Self::UnderWay, CommitmentStep::Cancel) => Some(Self::Cancelled),
            _ => None,
        }
    }
}

impl CommitmentStep {
    pub fn by(self, side: Side) -> bool {
        match self {
            Self::Begin | Self::Deliver => side == Side::Partner,
            Self::Receive => side == Side::Home,
            Self::Cancel => true,
        }
    }
}
