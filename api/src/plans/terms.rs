//! The words of a plan that come from a list, each with its label in both languages.

use async_graphql::resolver_utils::EnumType;

use crate::text::Text;

/// A word from a list.
pub trait Term: EnumType {
    /// What the list is called in the schema.
    const LIST: &'static str;

    fn label(self) -> Text;

    /// The code, as it is written in the API and in files.
    fn code(self) -> &'static str {
        let items = Self::items();
        items.iter().find(|item| item.value == self).map_or("", |item| item.name)
    }
}

/// A list of words, each with its code.
pub struct TermList {
    pub name: &'static str,
    pub terms: Vec<(&'static str, Text)>,
}

macro_rules! terms {
    ($($(#[doc = $about:literal])+ $name:ident as $graphql:tt {
        $($variant:ident = $es:literal, $en:literal;)+
    })+) => {
        $(
            $(#[doc = $about])+
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[derive(serde::Serialize, serde::Deserialize, async_graphql::Enum)]
            #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
            #[graphql(name = $graphql)]
            pub enum $name { $(#[doc = $en] $variant),+ }

            impl Term for $name {
                const LIST: &'static str = $graphql;

                fn label(self) -> Text {
                    match self { $($name::$variant => Text::both($es, $en)),+ }
                }
            }
        )+

        /// Every list, in the order in which a plan speaks of them.
        pub fn lists() -> Vec<TermList> {
            vec![$(TermList {
                name: $graphql,
                terms: <$name as EnumType>::items().iter().map(|item| (item.name, item.value.label())).collect(),
            }),+]
        }
    };
}

terms! {
    /// A section of a plan, which can have a handling mark and an audience of its own.
    Part as "PlanPartKind" {
        Identity = "Identificación", "What the plan is: names, lead institution";
        Institutions = "Instituciones participantes y coordinación", "Participating institutions and coordination";
        LegalBasis = "Fundamento jurídico", "Legal basis";
        Validity = "Vigencia", "Validity";
        TargetGroups = "Población objetivo", "Target groups";
        Narrative = "Secciones narrativas", "Narrative sections";
        Scenarios = "Escenarios", "Scenarios";
        Triggers = "Detonadores", "Triggers";
        Phases = "Fases", "Phases";
        Actions = "Acciones", "Actions";
        ReceptionPoints = "Puntos de recepción", "Reception points";
        Services = "Servicios", "Services";
        Transport = "Transporte", "Transport";
        Budget = "Presupuesto", "Budget";
        Staff = "Recursos humanos", "Staff";
        MinorsProtocol = "Protocolo de niñas, niños y adolescentes", "Protocol for minors";
        BilateralInstruments = "Instrumentos bilaterales", "Bilateral instruments";
        Contacts = "Contactos 24/7", "Round-the-clock contacts";
    }
    /// How a national law classifies something.
    LegendClass as "NationalLegendClass" {
        Public = "información pública", "public information (pública)";
        Reserved = "información reservada", "reserved information (reservada)";
        Confidential = "información confidencial", "confidential information (confidencial)";
        Sensitive = "información sensible", "sensitive information (sensible)";
    }
    /// What an institution does in a plan.
    ParticipantRole as "PlanParticipantRole" {
        Lead = "rectora", "leads";
        CoExecutor = "coejecutora", "carries it out together with the lead";
        Support = "apoyo", "supports";
        Observer = "observadora", "observes";
        Cooperation = "cooperante", "cooperates from outside the government";
    }
    /// What sort of legal instrument a plan rests on.
    LegalKind as "PlanLegalKind" {
        Constitution = "constitución", "constitution";
        Law = "ley o código", "law or code";
        Decree = "decreto", "decree";
        Agreement = "acuerdo", "governmental or ministerial agreement";
        Article = "artículo", "article of another instrument";
        Treaty = "tratado o convención", "treaty or convention";
        Guideline = "lineamiento o protocolo", "guideline or protocol";
        Other = "otro", "other";
    }
    /// Whom a plan is for (población objetivo).
    TargetGroup as "TargetGroup" {
        IrregularInUs = "en Estados Unidos en situación irregular", "In the United States in an irregular situation.";
        InTransit = "en tránsito", "On the way.";
        Returned = "retornada", "Returned.";
        UnaccompaniedMinors = "niñas, niños y adolescentes no acompañados", "Unaccompanied children and adolescents (NNA no acompañados).";
        FamilyUnits = "unidades familiares", "Family units.";
        OlderPersons = "personas mayores", "Older persons.";
        IndigenousPersons = "personas indígenas", "Indigenous persons.";
        ThirdCountryNationals = "nacionales de terceros países", "Nationals of third countries.";
    }
    /// How likely a scenario is.
    Likelihood as "PlanLikelihood" {
        Low = "baja", "low";
        Medium = "media", "medium";
        High = "alta", "high";
    }
    /// By what the people of a scenario are divided.
    ShareOf as "PlanShareOf" {
        Mode = "modo de llegada", "how they arrive: `AIR`, `LAND`, `SEA`";
        Sex = "sexo", "sex: `F`, `M`";
        Minors = "niñas, niños y adolescentes", "children and adolescents: `ACCOMPANIED`, `UNACCOMPANIED`";
        Destination = "destino", "the division of destination, ISO 3166-2";
    }
    /// How a measured value is held against a threshold.
    Comparison as "PlanComparison" {
        AtLeast = "al menos", "at least";
        AtMost = "a lo sumo", "at most";
    }
    /// The level of an alert.
    AlertLevel as "AlertLevel" {
        Yellow = "amarilla", "yellow";
        Orange = "naranja", "orange";
        Red = "roja", "red";
    }
    /// The field of work of an action.
    Sector as "PlanSector" {
        Coordination = "coordinación", "coordination";
        ConsularAssistance = "asistencia y protección consular", "consular assistance and protection";
        Registration = "registro e identificación", "registration and identification";
        Protection = "protección", "protection";
        Minors = "niñez y adolescencia", "children and adolescents";
        Health = "salud", "health";
        Psychosocial = "atención psicosocial", "psychosocial care";
        Food = "alimentación", "food";
        WaterAndSanitation = "agua y saneamiento", "water and sanitation";
        Shelter = "alojamiento", "shelter";
        DomesticNeeds = "enseres y kits", "domestic needs and kits";
        Logistics = "logística y transporte", "logistics and transport";
        Communication = "comunicación e información", "communication and information";
        LegalAid = "asesoría jurídica", "legal aid";
        Education = "educación", "education";
        Livelihoods = "empleo y medios de vida", "employment and livelihoods";
        Security = "seguridad", "security";
        Other = "otro", "other";
    }
    /// How far an action has come.
    ActionStatus as "PlanActionStatus" {
        Planned = "prevista", "planned";
        Ready = "lista", "ready to begin";
        UnderWay = "en curso", "under way";
        Done = "concluida", "done";
        Suspended = "suspendida", "suspended";
    }
    /// What sort of place receives people.
    PointKind as "ReceptionPointKind" {
        Airport = "aeropuerto", "airport";
        LandCrossing = "cruce terrestre", "land crossing";
        Port = "puerto", "port";
        Shelter = "albergue", "shelter";
        RegistrationCentre = "centro de registro", "registration centre";
        AttentionCentre = "centro de atención", "centre of attention";
        Other = "otro", "other";
    }
    /// What a reception point has room for besides.
    PointArea as "ReceptionPointArea" {
        Minors = "área para niñas, niños y adolescentes", "area for minors";
        Families = "área para familias", "area for families";
        Health = "área de salud", "area for health";
        Lactation = "lactario", "area for nursing";
        Isolation = "área de aislamiento", "area for isolation";
        Accessible = "accesible para personas con discapacidad", "accessible to persons with disabilities";
    }
    /// The catalogue of services.
    ServiceKind as "PlanServiceKind" {
        Documentation = "documentación", "documentation";
        Health = "salud", "health";
        Psychosocial = "atención psicosocial", "psychosocial care";
        Food = "alimentación", "food";
        Kit = "kit de higiene o de viaje", "hygiene or travel kit";
        Communication = "comunicación", "communication";
        Transport = "transporte", "transport";
        Cash = "apoyo económico", "cash";
        Lodging = "alojamiento", "lodging";
        Employment = "empleo", "employment";
        Certification = "certificación", "certification of skills";
        ProtectionOfMinors = "protección de niñas, niños y adolescentes", "protection of minors";
        LegalAdvice = "asesoría jurídica", "legal advice";
        BankCard = "cuenta bancaria o tarjeta", "bank account or card";
    }
    /// A means of transport.
    TransportMode as "PlanTransportMode" {
        Bus = "autobús", "bus";
        Van = "vehículo ligero", "light vehicle";
        Aircraft = "avión", "aircraft";
        Boat = "embarcación", "boat";
        Rail = "ferrocarril", "rail";
        Ambulance = "ambulancia", "ambulance";
    }
    /// Where money comes from.
    BudgetSource as "PlanBudgetSource" {
        National = "presupuesto nacional o federal", "national or federal budget";
        Local = "presupuesto estatal, departamental o municipal", "state, departmental or municipal budget";
        Loan = "préstamo", "loan";
        Cooperation = "cooperación internacional", "international cooperation";
        Lottery = "sorteo o lotería", "lottery";
        Private = "sector privado", "private sector";
        Other = "otra", "other";
    }
}
