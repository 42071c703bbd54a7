"""Requirements of a faithful simulator: each numbered statement of the protocol, and the tests for it.

Numbers are those of the protocol's chapter 4; names are of tests here and in tests/wechat.
"""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]

STATEMENTS = {
    # The callback.
    1: [
        "test_the_console_check_takes_the_echo_byte_for_byte",
        "test_the_console_refuses_a_callback_with_another_token",
    ],
    2: [
        "test_a_post_carries_signature_timestamp_nonce_and_openid",
        "test_safe_mode_posts_the_addressee_and_the_sealed_text_only",
        "test_a_receiver_that_skips_msg_signature_is_fooled_by_a_forged_body",
    ],
    3: ["test_silence_is_asked_three_times_five_seconds_apart_and_ends_in_the_failure_line"],
    4: [
        "test_success_or_an_empty_body_at_any_attempt_ends_it_and_shows_nothing",
        "test_an_answer_after_4_9_seconds_counts",
        "test_an_answer_after_5_1_seconds_is_discarded_and_the_next_attempt_is_on_its_way",
    ],
    5: ["test_two_answers_to_one_push_are_never_both_shown"],
    6: [
        "test_a_bad_answer_is_the_failure_line_at_once_or_nothing_if_so_switched",
        "test_a_flaw_that_still_can_be_shown_is_shown_if_so_switched",
    ],
    7: ["test_messages_have_an_id_beyond_53_bits_and_events_have_none"],
    8: [
        "test_the_next_message_may_arrive_before_this_one",
        "test_a_lost_answer_brings_the_message_again_after_a_later_one",
    ],
    9: ["test_a_push_may_come_once_more_after_its_answer_and_that_answer_is_not_shown"],
    10: [
        "test_safe_mode_posts_the_addressee_and_the_sealed_text_only",
        "test_compatible_mode_posts_both_forms_of_the_same_message",
        "test_after_a_key_rotation_pushes_carry_the_new_key_or_if_switched_the_old",
        "test_an_answer_may_be_sealed_with_the_current_or_the_previous_key",
    ],
    11: [
        "test_rare_pushes_come_as_documented",
        "test_a_list_of_one_is_a_single_node_and_of_three_repeats_it",
    ],
    12: [
        "test_of_two_articles_a_message_shows_the_first_or_refuses_if_so_switched",
        "test_a_text_may_have_2048_bytes_and_not_one_more",
    ],
    13: ["test_the_create_time_of_an_answer_is_not_looked_at"],
    # Tokens.
    14: [
        "test_a_second_token_leaves_the_first_five_minutes",
        "test_an_old_an_unknown_and_a_missing_token_have_their_codes",
    ],
    15: [
        "test_the_stable_channel_gives_the_same_token_until_its_last_five_minutes",
        "test_a_forced_token_kills_the_old_one_at_once_but_not_within_thirty_seconds",
        "test_the_twenty_first_forced_token_of_a_day_is_refused",
    ],
    16: ["test_the_two_channels_do_not_touch_each_other_unless_switched"],
    17: [
        "test_wrong_credentials_have_their_codes",
        "test_a_wrong_secret_may_also_be_40001",
        "test_an_address_outside_the_list_is_named",
    ],
    18: ["test_a_client_that_asks_again_on_every_40001_runs_out_of_tokens"],
    19: [
        "test_fifty_callers_of_one_correct_client_cost_one_token_call",
        "test_thirty_calls_of_two_nodes_and_one_expiry_need_one_token_each_time",
    ],
    # Sending.
    20: [
        "test_a_message_lets_five_through_and_the_sixth_is_one_too_many",
        "test_after_48_hours_nothing_goes_through",
        "test_following_gives_three_for_one_minute",
        "test_a_click_gives_three_for_one_minute_and_a_page_view_none",
        "test_a_new_message_lifts_the_count_to_five_and_does_not_add",
    ],
    21: [
        "test_who_left_is_out_of_reach_and_comes_back_as_the_same_person",
        "test_who_left_gets_43004_and_who_comes_back_is_the_same_person",
    ],
    22: ["test_somebody_who_wants_no_messages_shows_none_and_only_the_result_says_so"],
    23: [
        "test_a_template_message_is_refused_with_its_code",
        "test_a_wrong_or_missing_field_is_named",
        "test_each_kind_of_field_has_its_limits",
        "test_an_old_template_cuts_and_mends_instead_of_refusing",
        "test_the_same_id_within_ten_minutes_is_accepted_and_shown_once",
        "test_a_follower_sees_the_card_and_the_result_comes_later_with_its_id",
        "test_a_result_may_come_late_twice_never_or_before_the_answer",
    ],
    24: [
        "test_each_yes_in_the_popup_lets_one_notice_through",
        "test_refusing_in_the_settings_takes_every_grant_back",
    ],
    25: [
        "test_a_job_the_platform_does_not_take_has_its_code",
        "test_the_fifth_of_a_month_is_filtered_for_that_person_only",
        "test_everybody_may_be_written_to_once_a_day_and_four_times_a_month",
        "test_one_clientmsgid_is_taken_once_in_24_hours",
        "test_the_61st_of_a_minute_is_refused",
        "test_a_job_is_submitted_then_done_shown_and_reported_with_its_counts",
        "test_a_report_may_come_before_the_answer_twice_late_or_never",
    ],
    26: [
        "test_escaped_characters_are_shown_as_they_were_written",
        "test_a_message_is_refused_with_its_code",
    ],
    27: [
        "test_quotas_are_counted_told_and_cleared_ten_times_a_month",
        "test_the_minute_has_a_quota_of_its_own",
        "test_a_day_begins_at_midnight_in_beijing",
    ],
    28: [
        "test_an_ordered_fault_strikes_once_before_or_after_the_message_is_delivered",
        "test_a_stalled_call_is_answered_after_thirty_seconds",
        "test_a_fault_for_somebody_else_does_not_strike",
        "test_any_code_can_be_ordered",
    ],
    29: [
        "test_every_refusal_ends_with_its_rid",
        "test_a_rid_finds_its_call_for_seven_days",
    ],
    30: ["test_followers_come_in_pages_until_an_empty_one"],
    31: ["test_media_are_kept_three_days"],
    32: [
        "test_a_menu_the_platform_does_not_take_has_its_code",
        "test_a_menu_is_set_shown_told_and_deleted_with_its_conditional_ones",
    ],
    33: ["test_scanning_follows_with_the_scene_or_scans_and_a_code_expires"],
    34: ["test_a_code_names_the_person_once_and_for_five_minutes"],
}


def written() -> set[str]:
    """Return the name of every simulator and protocol test."""
    trees = (
        ast.parse(path.read_text("utf-8")) for part in ("simulator", "wechat") for path in (TESTS / part).glob("*.py")
    )
    return {
        node.name
        for tree in trees
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_")
    }


def test_every_statement_has_a_test_and_every_named_test_is_there() -> None:
    assert list(STATEMENTS) == list(range(1, 35))
    assert [number for number, names in STATEMENTS.items() if not names] == []
    named = {name for names in STATEMENTS.values() for name in names}
    assert sorted(named - written()) == []
