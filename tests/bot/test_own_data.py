"""A data export is complete: no table referring to a person is missing."""

from bot.services.people.data_export import everything
from storage.chat import receipts, skipped_questions
from storage.engine.database import Database
from storage.engine.tables import every_table
from storage.engine.transactions import Tx
from storage.firms import join_requests, licence_reviews
from storage.firms.firms import add as add_firm
from storage.people import people

# Each table referring to a person, and its name in the export.
TOLD = {
    "bid_draft": "bid_drafts",
    "event_signup": "signups",
    "join_request": "joining",
    "subscription_grant": "notices_allowed",
    "contact_channel": "other_ways",
    "outbox": "notices",
    "personal_reminder": "marks",
    "preference": "preferences",
    "licence_review": "licences",
    "skipped_question": "left_open",
    "receipt": "receipts",
    "role": "roles",
    "unanswered_question": "questions",
    "ticket": "tickets",
    "channel_code": "other_ways_unconfirmed",
}
# No data about them: their logins, what they wrote for others in office, and the plan behind notices, to many or to
# them; and kept form input, which is shown to them again.
NOT_TOLD = {
    "broadcast_person",
    "canned_answer",
    "login_code",
    "kept_form",
    "page_link",
    "page_session",
    "reminder",
    "session",
}


def test_every_table_that_points_to_a_person_is_told_or_known_not_to_be() -> None:
    pointing = {
        table.name
        for table in every_table()
        if any(key.column.table.name == "person" for column in table.columns for key in column.foreign_keys)
    }
    assert pointing == TOLD.keys() | NOT_TOLD


async def test_receipts_open_questions_wishes_to_join_and_licences_are_in_the_file(database: Database) -> None:
    def live(tx: Tx) -> int:
        person = people.meet(tx, "o-accountant").id
        firm = add_firm(tx, name="南京澜砚数控有限公司", credit_code=None)
        told = receipts.ReceiptContent(
            "南京澜砚数控有限公司", {"district": ("江宁", "roster")}, "d" * 64, {"5.2": "open"}
        )
        receipts.add(tx, "AB12CD34", person, firm, told)
        skipped_questions.add(tx, person, firm, "exports")
        join_requests.add(tx, person, "91320115MADEM1014U", "firm_member", "陈会计")
        licence_reviews.add(tx, firm, person, "media-1")
        return person

    person = await database.write(live)
    told = await database.read(everything, person)
    assert set(TOLD.values()) <= told.keys()
    assert [receipt["verdicts"] for receipt in told["receipts"]] == [{"5.2": "open"}]
    assert [left["question"] for left in told["left_open"]] == ["exports"]
    assert [(wish["name"], wish["state"]) for wish in told["joining"]] == [("陈会计", "waiting")]
    assert [request["state"] for request in told["licences"]] == ["fetching"]
