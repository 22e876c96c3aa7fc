//! Reception points, services and transport.

use std::collections::HashMap;

use super::{Checking, MOST_AT_A_PLACE, words_if};
use crate::{
    bounds::NARRATIVE,
    error::Reason,
    ids::ReceptionPointId,
    plans::{
        content::PlanContent,
        extent::{self, Extent},
        places::{Money, Point},
    },
    say,
};

impl Checking {
    pub(super) fn places(&mut self, content: &PlanContent) {
        for (at, point) in content.reception_points.iter().enumerate() {
            let path = format!("input.content.receptionPoints.{at}");
            self.points.push((format!("{path}.point"), point.point));
            self.points.extend(point.moved_to.map(|id| (format!("{path}.movedTo"), id)));
            self.institution(format!("{path}.operator"), point.operator);
            words_if(&mut self.bounds, format!("{path}.note"), point.note.as_ref(), 2_000);
            words_if(&mut self.bounds, format!("{path}.place"), point.place.as_ref(), 2_000);
            words_if(&mut self.bounds, format!("{path}.hours"), point.hours.as_ref(), 500);
            self.bounds.distinct(format!("{path}.areas"), &point.areas);
            self.capacities(&path, point);
            self.days(&path, point);
        }

        self.keys("services", content.services.iter().map(|one| Some(&one.key)));
        for (at, service) in content.services.iter().enumerate() {
            let path = format!("input.content.services.{at}");
            words_if(
                &mut self.bounds,
                format!("{path}.description"),
                service.description.as_ref(),
                NARRATIVE,
            );
            words_if(
                &mut self.bounds,
                format!("{path}.eligibility"),
                service.eligibility.as_ref(),
                NARRATIVE,
            );
            self.institution(format!("{path}.provider"), service.provider);
            self.phase(content, format!("{path}.phase"), service.phase.as_deref());
            self.bounds.count(format!("{path}.points"), service.points.len(), 200);
            self.bounds.distinct(format!("{path}.points"), &service.points);
            for (nth, id) in service.points.iter().enumerate().take(200) {
                self.own_point(content, format!("{path}.points.{nth}"), Some(*id));
            }
            if let Some(Money { amount, currency }) = &service.unit_cost {
                self.decimal(format!("{path}.unitCost.amount"), Some(amount));
                self.currency(format!("{path}.unitCost.currency"), currency);
            }
        }

        self.keys("transport", content.transport.iter().map(|one| Some(&one.key)));
        for (at, transport) in content.transport.iter().enumerate() {
            let path = format!("input.content.transport.{at}");
            words_if(
                &mut self.bounds,
                format!("{path}.description"),
                transport.description.as_ref(),
                NARRATIVE,
            );
            words_if(&mut self.bounds, format!("{path}.frequency"), transport.frequency.as_ref(), 500);
            self.number(format!("{path}.vehicles"), transport.vehicles, 0, MOST_AT_A_PLACE);
            self.number(format!("{path}.seats"), transport.seats, 0, MOST_AT_A_PLACE);
            self.institution(format!("{path}.operator"), transport.operator);
            self.own_point(content, format!("{path}.from"), transport.from);
            self.bounds.count(format!("{path}.destinations"), transport.destinations.len(), 100);
            self.bounds.distinct(format!("{path}.destinations"), &transport.destinations);
            for (nth, code) in transport.destinations.iter().enumerate().take(100) {
                self.divisions.push((format!("{path}.destinations.{nth}"), code.clone()));
            }
        }
    }

    fn capacities(&mut self, path: &str, point: &Point) {
        self.number(format!("{path}.capacity"), point.capacity, 0, MOST_AT_A_PLACE);
        self.number(format!("{path}.surgeCapacity"), point.surge_capacity, 0, MOST_AT_A_PLACE);
        self.number(format!("{path}.overnightPlaces"), point.overnight_places, 0, MOST_AT_A_PLACE);
        self.number(format!("{path}.peoplePerDay"), point.people_per_day, 0, MOST_AT_A_PLACE);
        if let (Some(nominal), Some(surge)) = (point.capacity, point.surge_capacity)
            && surge < nominal
        {
            self.bounds.add(
                Reason::OutOfRange,
                format!("{path}.surgeCapacity"),
                say!(
                    "no puede ser menor que la capacidad nominal, {nominal}",
                    "cannot be below the nominal capacity, {nominal}"
                ),
            );
        }
    }

    fn days(&mut self, path: &str, point: &Point) {
        if let (Some(opened), Some(closed)) = (point.opened, point.closed)
            && closed < opened
        {
            let opened = opened.0;
            self.bounds.add(
                Reason::OutOfRange,
                format!("{path}.closed"),
                say!(
                    "no puede ser anterior a la apertura, {opened}",
                    "cannot be earlier than the opening, {opened}"
                ),
            );
        }
        if point.moved_to == Some(point.point) {
            self.bounds.add(
                Reason::OutOfRange,
                format!("{path}.movedTo"),
                say!(
                    "es el mismo punto; nombre el que lo sustituye",
                    "is the same point; name the one that took its place"
                ),
            );
        }
    }

    /// Both or neither, and within the country that the directory says the point is in.
    pub(super) fn coordinates(
        &mut self,
        content: &PlanContent,
        countries: &HashMap<ReceptionPointId, String>,
    ) {
        for (at, point) in content.reception_points.iter().enumerate() {
            let path = format!("input.content.receptionPoints.{at}");
            let (latitude, longitude) = match (point.latitude, point.longitude) {
                (Some(latitude), Some(longitude)) => (latitude, longitude),
                (None, None) => continue,
                (one, _) => {
                    let missing = if one.is_none() { "latitude" } else { "longitude" };
                    self.bounds.add(
                        Reason::Required,
                        format!("{path}.{missing}"),
                        say!("latitud y longitud van juntas", "latitude and longitude come together"),
                    );
                    continue;
                }
            };
            let country = countries.get(&point.point).map(String::as_str).unwrap_or_default();
            let Extent { south, north, west, east } = extent::of(country);
            let of = if country.is_empty() { "" } else { country };
            for (name, value, low, high) in
                [("latitude", latitude, south, north), ("longitude", longitude, west, east)]
            {
                if value.degrees() < low || value.degrees() > high {
                    self.bounds.add(
                        Reason::OutOfRange,
                        format!("{path}.{name}"),
                        say!(
                            "fuera del país del punto ({of}): de {low} a {high} grados",
                            "outside the country of the point ({of}): {low} to {high} degrees"
                        ),
                    );
                }
            }
        }
    }
}
