//! The rectangles that countries lie in, islands included: enough to notice coordinates that were swapped, lost their
//! sign or belong elsewhere. No border runs along a rectangle: what lies just beyond one may still be within it.

/// Degrees, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    pub south: f64,
    pub north: f64,
    pub west: f64,
    pub east: f64,
}

/// Rounded outwards to tenths of a degree.
const KNOWN: &[(&str, Extent)] = &[
    // Guadalupe and the Revillagigedo islands with it.
    ("MX", Extent { south: 14.5, north: 32.8, west: -118.6, east: -86.6 }),
    ("GT", Extent { south: 13.7, north: 17.9, west: -92.3, east: -88.1 }),
    // The Swan islands with it.
    ("HN", Extent { south: 12.9, north: 17.5, west: -89.4, east: -83.0 }),
    ("SV", Extent { south: 13.1, north: 14.5, west: -90.2, east: -87.6 }),
    ("BZ", Extent { south: 15.8, north: 18.6, west: -89.3, east: -87.4 }),
    ("NI", Extent { south: 10.7, north: 15.1, west: -87.8, east: -82.5 }),
    ("CR", Extent { south: 5.4, north: 11.3, west: -87.2, east: -82.5 }),
    ("PA", Extent { south: 7.1, north: 9.7, west: -83.1, east: -77.1 }),
];

/// Where a country lies; the whole globe for one that is not known here.
pub fn of(country: &str) -> Extent {
    let globe = Extent { south: -90.0, north: 90.0, west: -180.0, east: 180.0 };
    KNOWN.iter().find(|(code, _)| *code == country).map_or(globe, |(_, extent)| *extent)
}
