"""The requirements of OWASP ASVS 5.0.0 that are claimed: the test that shows each, or why it does not apply here.

A test is named by its module under tests/ and its function without `test_`; one line may show several requirements.
"""

CLAIMED = """
    1.2.1-4 1.2.10 1.3.2 1.3.6 1.3.11 2.2.1 2.3.1-5 2.4.1 3.2.2 3.3.1-5 3.4.1-6 3.5.1 3.5.3 3.5.5 3.5.8 4.1.1 4.1.3 5.1.1 5.2.1-3
    5.4.1-2 6.1.1 6.2.1-12 6.3.1-8 6.4.1-6 6.5.1-5 6.6.2-3 6.8.1-2 7.1.1-2 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.2 8.1.1 8.2.1-3 8.3.1-3
    8.4.1 9.1.1-3 9.2.1-3 10.1.2 10.2.1-2 10.5.1-4 11.2.4 11.4.2 11.5.1 13.4.1-2 14.2.1-6 14.3.1-3 15.2.1-2 15.3.1-5 15.3.7 15.4.2-3
    16.2.1-5 16.3.1-4 16.4.1-2 16.5.1-4
"""

HOSTILE_PROVIDER = "web.sign_in.test_openid_hostile"

SHOWN = {
    # encoding and injection
    "1.2.1": ["web.test_components::text_is_escaped_everywhere", "house.test_templates::no_data_is_marked_as_safe"],
    "1.2.2": ["house.test_redirects::what_is_no_page_of_ours_is_not_followed"],
    "1.2.3": ["house.test_templates::nothing_is_styled_or_run_in_the_page", "house.test_templates::code_makes_no_markup_of_data"],
    "1.2.4": ["domain.test_search::marks_of_pattern_languages_are_plain_letters", "domain.test_search::no_line_raises"],
    "1.2.10": ["web.console.test_record::no_cell_runs_in_a_spreadsheet"],
    "1.3.2": ["house.test_headers_and_cookies::every_page_carries_the_headers"],
    "1.3.6": [
        "gateways.test_http::what_is_not_gone_to",
        "gateways.test_http::a_name_that_leads_to_a_private_address_is_not_gone_to",
        "gateways.test_http::a_redirect_is_not_followed",
    ],
    "1.3.11": [
        "gateways.test_compose::a_line_break_never_becomes_a_header",
        "web.sign_in.test_asking::an_address_with_a_second_line_sends_nothing",
    ],
    # business logic
    "2.2.1": [
        "values.test_money::any_text_is_read_or_refused_with_a_sentence",
        "values.test_custom_data::a_hostile_text_is_refused_at_once",
    ],
    "2.3.1": ["web.sign_in.test_second_step::nobody_stands_there_without_a_first_factor"],
    "2.3.2": ["web.console.test_wallet_moves::what_is_above_the_limit_waits_for_a_second_operator"],
    "2.3.3": ["db.test_database::a_block_is_whole_or_not_at_all"],
    "2.3.4": [
        "domain.ledger.test_races::no_update_is_lost_between_processes",
        "web.sign_in.test_race::one_link_posted_sixteen_times_at_once_starts_one_session",
    ],
    "2.3.5": ["domain.approvals.test_approvals::the_approver_s_own_limit_holds"],
    "2.4.1": [
        "web.sign_in.test_asking::one_network_cannot_ask_for_very_many_addresses",
        "web.sign_in.test_passkey_door::very_many_questions_from_one_network_wait",
    ],
    # the browser
    "3.2.2": ["house.test_templates::no_data_is_marked_as_safe", "web.test_components::a_component_that_is_kept_tells_text_from_markup"],
    "3.3.1-5": [
        "house.test_headers_and_cookies::every_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts",
        "house.test_other_hosts::every_cookie_of_every_way_in_is_bound_to_this_host",
    ],
    "3.4.1": ["house.test_headers_and_cookies::over_tls_browsers_are_told_to_stay_there"],
    "3.4.3-6": ["house.test_headers_and_cookies::every_page_carries_the_headers"],
    "3.5.1": [
        "house.test_nothing_changes::a_form_without_our_token_is_refused_on_every_route",
        "house.test_nothing_changes::a_form_of_another_site_is_refused_on_every_route_though_it_has_the_token",
    ],
    "3.5.3": ["house.test_nothing_changes::looking_changes_nothing", "house.test_urls::only_get_and_post_are_used_by_pages"],
    "3.5.8": ["house.test_nothing_changes::a_form_of_another_site_is_refused_on_every_route_though_it_has_the_token"],
    # the web service
    "4.1.1": ["house.test_headers_and_cookies::every_page_carries_the_headers"],
    "4.1.3": [
        "house.test_other_hosts::a_host_that_somebody_made_up_is_on_no_page",
        "house.test_other_hosts::the_link_in_a_mail_names_the_public_address",
    ],
    # files
    "5.1.1": ["web.console.test_imports::what_is_no_csv_is_refused_at_the_field_and_not_kept"],
    "5.2.1": ["web.console.test_imports::the_upload_limit_is_its_own"],
    "5.2.2": ["web.console.test_imports::what_is_no_csv_is_refused_at_the_field_and_not_kept"],
    "5.2.3": ["domain.imports.test_reading::a_hostile_file_is_refused_in_a_sentence_and_with_little_memory"],
    "5.4.1-2": ["web.console.test_record::the_table_has_every_column_and_the_links_of_the_chain"],
    # passwords
    "6.1.1": ["web.sign_in.test_passwords::failures_make_the_next_try_wait_ever_longer_and_say_how_long"],
    "6.2.1": ["domain.test_passwords::short_and_long_ones_are_told_the_length"],
    "6.2.2": ["web.console.test_profile::a_password_is_changed_with_the_present_one_and_ends_the_other_sessions"],
    "6.2.3": ["web.console.test_profile::a_wrong_present_password_changes_nothing_and_is_counted"],
    "6.2.4": ["domain.test_passwords::the_list_of_whole_passwords_is_long_and_asks_no_network"],
    "6.2.5": ["domain.test_passwords::there_is_no_rule_about_kinds_of_characters"],
    "6.2.6": ["web.test_components::a_password_is_never_written_back"],
    "6.2.7": ["house.test_templates::nothing_is_styled_or_run_in_the_page"],
    "6.2.8": ["domain.test_passwords::two_spellings_of_one_letter_are_one_password", "domain.test_passwords::256_characters_are_all_kept"],
    "6.2.9": ["domain.test_passwords::256_characters_are_all_kept"],
    "6.2.11": ["domain.test_passwords::ones_own_name_and_address_are_refused"],
    "6.2.12": ["domain.test_passwords::the_list_covers_what_is_tried_first"],
    # ways in
    "6.3.1": [
        "web.sign_in.test_passwords::twenty_wrong_passwords_end_in_429_and_the_link_still_works",
        "domain.test_throttles::counts_outlive_the_process_that_made_them",
    ],
    "6.3.2": ["test_settings::production_refuses_what_is_unsafe"],
    "6.3.3": ["web.security.test_security::who_must_have_one_is_led_to_set_one_up_before_anything_else"],
    "6.3.4": [
        "house.test_permissions::only_known_places_are_public",
        "house.test_access_matrix::every_route_stands_in_the_table_and_the_table_names_no_other",
    ],
    "6.3.5": ["web.sign_in.test_passwords::a_wrong_password_is_refused_and_kept_on_record"],
    "6.3.7": ["web.test_own_address::the_new_address_is_written_to_and_the_old_one_told_at_once"],
    "6.3.8": [
        "house.test_enumeration::the_answer_does_not_say_who_is_known",
        "house.test_enumeration::the_work_is_the_same_whoever_is_known",
    ],
    "6.4.1": ["web.sign_in.test_invites::an_invite_works_once", "web.sign_in.test_invites::an_invite_lasts_72_hours"],
    "6.4.3": [
        "web.security.test_security::who_forgot_it_is_led_by_a_link_to_a_new_one",
        "web.sign_in.test_second_step::a_link_asks_for_the_second_step_too_and_keeps_the_place",
    ],
    "6.5.1": [
        "web.sign_in.test_second_step::a_code_is_not_taken_twice",
        "web.sign_in.test_links::a_link_works_once_and_then_says_so",
        "domain.factors.test_recovery::each_works_once_however_it_is_typed",
    ],
    "6.5.2": [
        "domain.factors.test_recovery::ten_codes_are_made_and_none_is_kept",
        "domain.test_sign_in::a_code_is_kept_by_a_keyed_digest_and_told_once",
    ],
    "6.5.3": ["values.test_time_and_secrets::tokens_are_kept_as_digests"],
    "6.5.4": ["web.sign_in.test_asking::wrong_codes_are_counted_down_and_the_fifth_ends_it"],
    "6.5.5": ["web.sign_in.test_asking::a_code_lasts_ten_minutes", "domain.factors.test_totp::a_phones_clock_may_be_off_by_one_step"],
    "6.6.2": [
        "web.sign_in.test_asking::a_code_is_nothing_in_another_browser",
        "web.sign_in.test_links::another_browser_has_to_type_the_code",
    ],
    "6.6.3": [
        "web.sign_in.test_asking::wrong_codes_are_counted_down_and_the_fifth_ends_it",
        "web.sign_in.test_race::a_code_tried_sixteen_times_at_once_is_tried_five_times",
    ],
    "6.8.1": ["web.sign_in.test_openid::the_same_address_of_another_account_is_not_the_person"],
    "6.8.2": [f"{HOSTILE_PROVIDER}::a_token_with_a_wrong_signature"],
    # sessions
    "7.1.1-2": ["domain.test_sessions::a_session_ends_when_idle_and_when_old_sooner_for_roles_that_change_more"],
    "7.2.1": ["domain.test_sessions::a_session_is_found_by_its_token_with_person_and_role"],
    "7.2.2-3": ["domain.test_sessions::only_the_digest_of_the_token_is_kept"],
    "7.2.4": ["web.sign_in.test_links::signing_in_takes_a_new_session_and_drops_the_forms_of_before"],
    "7.3.1-2": ["domain.test_sessions::a_session_ends_when_idle_and_when_old_sooner_for_roles_that_change_more"],
    "7.4.1": ["web.sign_in.test_leaving::signing_out_ends_the_session_for_good"],
    "7.4.2": [
        "web.console.settings.test_operators::deactivating_asks_ends_everything_and_is_undone",
        "domain.test_sessions::a_session_ends_with_the_person_and_with_the_role",
    ],
    "7.4.3": ["domain.test_users::a_new_password_ends_all_sessions_but_the_present"],
    "7.4.4": ["house.test_other_hosts::every_page_of_the_signed_in_can_be_left"],
    "7.4.5": ["web.console.settings.test_operators::deactivating_asks_ends_everything_and_is_undone"],
    "7.5.1": [
        "web.test_own_address::it_asks_who_it_is_when_the_proof_is_old",
        "web.security.test_security::a_stale_session_is_asked_before_factors_change",
    ],
    "7.5.2": ["web.console.test_profile::sessions_are_listed_and_ended_one_by_one_or_all_others"],
    "7.6.2": ["web.sign_in.test_links::scanners_that_fetch_the_link_do_not_use_it_up"],
    # who may what
    "8.1.1": [
        "house.test_permissions::every_route_names_its_permission",
        "web.console.settings.test_roles::who_may_do_what_is_read_from_the_routes",
    ],
    "8.2.1": [
        "house.test_access_matrix::an_operator_enters_what_the_role_opens_and_nothing_else",
        "house.test_link_holders::a_link_opens_no_room_of_the_console_or_the_portal",
    ],
    "8.2.2": [
        "house.test_access_matrix::the_neighbours_owner_finds_nothing_of_ours",
        "house.test_access_matrix::ids_of_two_customers_in_one_address_lead_nowhere",
    ],
    "8.2.3": ["web.console.test_profile::fields_that_are_not_on_the_form_change_nothing"],
    "8.3.1": ["house.test_access_matrix::nobody_is_let_in_anywhere"],
    "8.3.2": ["domain.test_roles::a_changed_role_counts_with_the_next_page_of_its_holders"],
    "8.3.3": [
        "web.test_visits::the_visitor_sees_what_the_person_sees_and_no_more",
        "house.test_access_matrix::a_visit_reads_and_does_nothing",
    ],
    "8.4.1": ["house.test_access_matrix::an_operator_limited_to_a_business_entity_finds_nothing_of_the_others"],
    # tokens of providers
    "9.1.1-2": [f"{HOSTILE_PROVIDER}::a_token_with_a_wrong_signature"],
    "9.1.3": [f"{HOSTILE_PROVIDER}::what_a_provider_publishes_does_not_fit"],
    "9.2.1-3": [f"{HOSTILE_PROVIDER}::a_token_with_wrong_claims"],
    "10.1.2": [f"{HOSTILE_PROVIDER}::a_link_that_began_in_another_browser", f"{HOSTILE_PROVIDER}::a_browser_that_brings_a_wrong_answer"],
    "10.2.1": [f"{HOSTILE_PROVIDER}::a_code_of_somebody_else_at_a_provider_that_does_not_look"],
    "10.2.2": [f"{HOSTILE_PROVIDER}::the_answer_of_one_provider_at_the_callback_of_another"],
    "10.5.1": [f"{HOSTILE_PROVIDER}::a_token_with_wrong_claims"],
    "10.5.2": ["web.sign_in.test_openid::the_same_address_of_another_account_is_not_the_person"],
    "10.5.3": [f"{HOSTILE_PROVIDER}::a_provider_that_says_it_is_another_one"],
    "10.5.4": [f"{HOSTILE_PROVIDER}::a_token_with_wrong_claims"],
    # cryptography
    "11.2.4": ["web.sign_in.test_passwords::an_unknown_address_costs_one_verification_too"],
    "11.4.2": ["domain.test_passwords::the_hash_is_argon2id_with_its_parameters_and_a_salt"],
    "11.5.1": ["values.test_time_and_secrets::tokens_are_kept_as_digests"],
    # configuration and data
    "13.4.2": ["test_settings::production_refuses_what_is_unsafe"],
    "14.2.1": ["web.sign_in.test_links::the_token_leaves_the_address_at_once", "house.test_logs::no_line_holds_what_is_secret"],
    "14.2.2": ["house.test_headers_and_cookies::pages_of_the_signed_in_are_kept_nowhere"],
    "14.2.3": ["house.test_templates::nothing_comes_from_elsewhere"],
    "14.2.4": ["values.test_sealed::what_is_sealed_is_opened_and_shows_nothing"],
    "14.2.5": ["house.test_headers_and_cookies::pages_of_the_signed_in_are_kept_nowhere"],
    "14.2.6": ["domain.test_sign_in::the_masked_address_is_all_that_a_page_shows"],
    "14.3.1": ["web.sign_in.test_leaving::signing_out_ends_the_session_for_good"],
    "14.3.2": ["house.test_headers_and_cookies::pages_of_the_signed_in_are_kept_nowhere"],
    "15.2.2": ["db.test_database::requests_are_cut_short_sooner_than_jobs"],
    "15.3.1": ["domain.test_activity::the_customer_sees_support_without_name_place_note_or_reason"],
    "15.3.2": ["gateways.test_http::a_redirect_is_not_followed"],
    "15.3.3": ["web.console.test_profile::fields_that_are_not_on_the_form_change_nothing"],
    "15.3.4": ["house.test_other_hosts::a_host_that_somebody_made_up_is_on_no_page"],
    "15.3.5": ["values.test_money::any_text_is_read_or_refused_with_a_sentence"],
    "15.3.7": [f"{HOSTILE_PROVIDER}::a_browser_that_brings_two_answers"],
    "15.4.2-3": [
        "domain.ledger.test_races::transfers_that_cross_neither_wait_for_ever_nor_lose_anything",
        "db.test_write_lock::threads_come_in_the_order_they_asked",
    ],
    # logs and errors
    "16.2.1-2": ["house.test_logs::every_request_is_one_line_with_who_what_when"],
    "16.2.4": ["house.test_logs::every_request_is_one_line_with_who_what_when"],
    "16.2.5": ["house.test_logs::no_line_holds_what_is_secret"],
    "16.3.1": [
        "web.sign_in.test_passwords::a_wrong_password_is_refused_and_kept_on_record",
        "domain.test_activity::acts_about_getting_in_are_told_to_both_sides",
    ],
    "16.3.2": ["house.test_logs::every_request_is_one_line_with_who_what_when"],
    "16.3.3": [
        "domain.test_wallets::adjusting_records_who_did_what_with_before_and_after",
        "web.test_visits::the_customer_reads_who_looked_as_whom_when_how_long_and_why",
    ],
    "16.3.4": ["house.test_logs::what_breaks_is_written_down_and_not_shown"],
    "16.4.1": ["house.test_logs::a_line_stays_one_line_whatever_a_browser_says"],
    "16.4.2": [
        "domain.test_audit_chain::an_event_that_was_changed_by_hand_is_named",
        "db.test_database::the_record_of_acts_is_append_only",
    ],
    "16.5.1": ["house.test_logs::what_breaks_is_written_down_and_not_shown"],
    "16.5.2": ["web.sign_in.test_openid_hostile::a_provider_that_does_not_answer"],
    "16.5.3": ["web.test_errors::who_saves_while_others_write_keeps_the_form_and_sends_it_again"],
    "16.5.4": ["house.test_logs::what_breaks_is_written_down_and_not_shown"],
}

DOES_NOT_APPLY = {
    "3.4.2": "No answer allows another origin: nothing sets Access-Control-Allow-Origin, and there is no API for other sites' pages.",
    "3.5.5": "Nothing is received by postMessage: no page listens for messages.",
    "6.2.10": "A password is never made to run out, and no setting makes it.",
    "6.3.6": "A requirement of level 3, which is not claimed: links by email are a way in on purpose. A role can be made to show more.",
    "6.4.2": "There are no security questions and no password hints.",
    "6.4.4": "A lost second factor is replaced by recovery codes, or by an owner who takes the person's factors back in person.",
    "6.4.5": "Nothing that signs in runs out by itself but links, whose mails say when.",
    "6.4.6": "No operator sets or resets a password for somebody else: the form is in one's own profile only.",
    "13.4.1": "What is served are the named assets of one folder; no file of the source tree has an address (assets.show).",
    "14.3.3": "Nothing is kept in a browser's storage but drafts of forms, which hold no secrets.",
    "15.2.1": "Lower bounds in pyproject.toml keep known holes out; an offline installation cannot ask for advisories.",
    "16.2.3": "Where logs are kept is the operator's business: they are lines on standard error.",
}
