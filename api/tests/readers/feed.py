"""Has icalendar, which did not write it, read the calendar of an account: instants, zones, UIDs, sequence."""

import datetime
import json
import unittest
import urllib.request
import zoneinfo

import icalendar

from node import READER, URL

UTC = datetime.timezone.utc
# Local times on both sides of a change of the clocks, and within the hour that comes twice.
SESSIONS = [
    ("America/Mexico_City", "2027-03-12T09:00:00"),
    ("America/New_York", "2027-03-13T09:00:00"),
    ("America/New_York", "2027-03-14T09:00:00"),
    ("Europe/Madrid", "2027-03-27T16:00:00"),
    ("Europe/Madrid", "2027-03-28T16:00:00"),
    ("Asia/Kathmandu", "2027-03-29T09:00:00"),
    ("Australia/Lord_Howe", "2027-04-03T09:00:00"),
    ("Australia/Lord_Howe", "2027-04-04T09:00:00"),
]
# A session of three hours that begins before the clocks of New York are put back.
NIGHT = [("America/New_York", "2027-11-07T00:30:00")]


def ask(query, **variables):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {READER}"}
    body = json.dumps({"query": query, "variables": variables}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{URL}/graphql", body, headers), timeout=60) as answer:
        told = json.load(answer)
    problems = [payload["userErrors"] for payload in (told.get("data") or {}).values() if isinstance(payload, dict) and payload.get("userErrors")]
    if told.get("errors") or problems:
        raise AssertionError(told)
    return told["data"]


def content(sessions):
    return {
        "title": {"es": "Lectores; de \\ comas, y\nlíneas", "en": "Readers; of \\ commas, and\nlines"},
        "level": "TECHNICAL",
        "mode": "VIRTUAL",
        "place": {"es": "En línea"},
        "host": "GT",
        "sessions": [{"timeZone": zone, "startsAt": at, "minutes": 180} for zone, at in sessions],
        "delegations": [{"country": "MX"}],
        "items": [{"key": "uno", "title": {"es": "Apertura"}, "kind": "DISCUSSION", "minutes": 10}],
    }


def convoked(sessions):
    told = ask(
        "mutation($i: ConvokeMeetingInput!) { convokeMeeting(input: $i) { meeting { id } userErrors { code path message } } }",
        i={"content": content(sessions), "handling": "GREEN"},
    )
    return told["convokeMeeting"]["meeting"]["id"]


def read(address):
    with urllib.request.urlopen(URL + address, timeout=60) as answer:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8", answer.headers
        return icalendar.Calendar.from_ical(answer.read())


class Feed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.meetings = [convoked(SESSIONS), convoked(NIGHT)]
        opened = ask(
            "mutation($i: OpenCalendarInput!) { openCalendar(input: $i) { address userErrors { code } } }",
            i={"of": "ACCOUNT", "lang": "EN"},
        )
        cls.address = opened["openCalendar"]["address"]

    def events(self, meeting):
        own = meeting.split(":")[1]
        return [event for event in read(self.address).walk("VEVENT") if event["UID"].startswith(own)]

    def test_icalendar_reads_the_instants_that_the_api_tells(self):
        zones = {zone["TZID"]: zone.to_tz(lookup_tzid=False) for zone in read(self.address).walk("VTIMEZONE")}
        compared = 0
        query = "query($id: ID!) { node(id: $id) { ... on Meeting { sessions { startsAt endsAt } } } }"
        for meeting in self.meetings:
            sessions = ask(query, id=meeting)["node"]["sessions"]
            events = self.events(meeting)
            self.assertEqual(len(events), len(sessions))
            for event, session in zip(events, sessions):
                for name, told in (("DTSTART", session["startsAt"]), ("DTEND", session["endsAt"])):
                    instant = datetime.datetime.fromisoformat(told).astimezone(UTC)
                    # By the library's own zones, and by those that the calendar brings along.
                    self.assertEqual(event.decoded(name).astimezone(UTC), instant, name)
                    named = event[name].params.get("TZID")
                    if named:
                        local = event.decoded(name).replace(tzinfo=zones[named])
                        self.assertEqual(local.astimezone(UTC), instant, f"{name} by the VTIMEZONE of {named}")
                    compared += 1
        self.assertEqual(compared, 2 * (len(SESSIONS) + len(NIGHT)))

    def test_each_zone_holds_for_every_hour_of_the_years_around_its_sessions(self):
        for component in read(self.address).walk("VTIMEZONE"):
            name = str(component["TZID"])
            zone, known = component.to_tz(lookup_tzid=False), zoneinfo.ZoneInfo(name)
            at = datetime.datetime(2026, 1, 2, tzinfo=known)
            while at.year < 2028:
                # Hours that come twice or not at all are nobody's to ask for.
                back = at.astimezone(UTC).astimezone(known)
                if back == at and back.replace(fold=0).utcoffset() == back.replace(fold=1).utcoffset():
                    local = at.replace(tzinfo=zone)
                    self.assertEqual(local.utcoffset(), at.utcoffset(), f"{name} {at}")
                at = (at.replace(tzinfo=None) + datetime.timedelta(hours=7)).replace(tzinfo=known)

    def test_a_change_keeps_the_uid_and_raises_the_sequence(self):
        before = self.events(self.meetings[1])
        ask(
            "mutation($i: ReviseMeetingInput!) { reviseMeeting(input: $i) { userErrors { code path message } } }",
            i={"id": self.meetings[1], "expectedRevision": 1, "content": content([("America/New_York", "2027-11-07T00:45:00")])},
        )
        after = self.events(self.meetings[1])
        self.assertEqual([one["UID"] for one in after], [one["UID"] for one in before])
        self.assertGreater(after[0]["SEQUENCE"], before[0]["SEQUENCE"])
        self.assertEqual(after[0].decoded("DTSTART").minute, 45)
        self.assertEqual(after[0]["STATUS"], "TENTATIVE")

    def test_what_is_written_is_read_as_it_was_written(self):
        for event in self.events(self.meetings[0]):
            self.assertTrue(str(event["SUMMARY"]).startswith("Readers; of \\ commas, and\nlines · session "))
            self.assertEqual(event["LOCATION"], "En línea")
        self.assertEqual(str(self.events(self.meetings[0])[0]["DESCRIPTION"]), "09:00 1. Apertura")

    def test_each_session_is_there_once_and_well_formed(self):
        whole = read(self.address)
        self.assertEqual(whole["VERSION"], "2.0")
        uids = [str(event["UID"]) for event in whole.walk("VEVENT")]
        self.assertEqual(len(uids), len(set(uids)))
        for event in whole.walk("VEVENT"):
            self.assertEqual(event.errors, [])
            for name in ("DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"):
                self.assertEqual(len(event[name] if isinstance(event[name], list) else [event[name]]), 1)
