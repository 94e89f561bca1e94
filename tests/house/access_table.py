"""Who may use which route, written by hand and not read from the program. A route that is new is written in here first.

Operators: o owner, m manager, f finance, s support, v viewer; l is support limited to the business entity of the one customer.
Customers' people: O owner, B billing manager, V viewer; W is an operator's visit as the customer's owner.
"""

EVERYBODY = "omfsvl"
SEES_SETTINGS = "omfs"
CONSOLE = {
    EVERYBODY: """
        home.show customers.index customers.show customers.named activity.index children.index contacts.index contacts.show
        contacts.removed contacts.show_removed preferences.show emails.index journal.index wallets.index wallets.show
        wallets.entry messages.index messages.show messages.letter
        broadcasts.index broadcasts.show broadcasts.html views.index
        approvals.index approvals.show keys.index profile.show profile.update profile.set_density profile.end_session
        profile.end_other_sessions own_address.show own_address.create own_address.withdraw security.authenticator
        security.set_up_authenticator security.authenticator_removal security.remove_authenticator security.create_passkey
        security.passkey_removal security.remove_passkey security.ask_to_register security.new_passkey security.password
        security.set_password security.remove_password security.prove security.ask_to_prove security.recovery_codes
        security.make_recovery_codes security.second_factor unsent.show unsent.remove identities.index identities.tie identities.untie
    """,
    "omfsv": "imports.index imports.show imports.problems imports.sample suppressions.index",
    "omfsl": """
        customers.create customers.new customers.update customers.edit contacts.create contacts.new contacts.update contacts.edit
        contacts.remove contacts.restore contacts.write_once_more contacts.make_primary contacts.new_merger
        contacts.merge contacts.ask_to_confirm contacts.defaults contacts.set_defaults bulk_preferences.new bulk_preferences.create
        views.new views.create views.edit views.update views.remove
        settings.brands.index settings.brands.show settings.brands.letter
        people.invite people.give preferences.switch preferences.update preferences.undo
        preferences.undo_all preferences.set_daily messages.deliver viewing.new viewing.create
    """,
    "omf": """
        customers.archive customers.restore imports.create imports.new imports.confirm imports.cancel imports.remove wallets.create
        wallets.create_entry wallets.adjust wallets.reverse wallets.create_reversal wallets.revoke wallets.create_revocation
        wallets.transfer wallets.create_transfer wallets.set_floor wallets.set_status approvals.approve approvals.decline
        approvals.withdraw record.index record.export record.export_customer
    """,
    SEES_SETTINGS: """
        suppressions.create suppressions.release settings.show settings.attributes.index settings.delivery.index
        settings.limits.index settings.operators.index settings.operators.show
        settings.permissions.index settings.roles.index settings.security.index settings.providers.index providers.index
        settings.senders.index settings.senders.show settings.notices.index settings.topics.index
        settings.letters.index settings.letters.show settings.letters.html settings.letters.compare
    """,
    "om": """
        broadcasts.new broadcasts.create broadcasts.edit broadcasts.update broadcasts.draft broadcasts.count broadcasts.test
        broadcasts.schedule broadcasts.take_back broadcasts.stop broadcasts.remove
        settings.letters.edit settings.letters.create settings.letters.draft settings.letters.remove settings.letters.restore
        settings.letters.test
        settings.brands.edit settings.brands.update settings.brands.create_logo settings.brands.remove_logo
        settings.senders.new settings.senders.create settings.senders.edit settings.senders.update settings.senders.check
        settings.senders.create_key settings.senders.drop_key settings.senders.make_default settings.senders.removal
        settings.senders.remove
        settings.notices.update settings.topics.create settings.topics.edit settings.topics.update settings.topics.show_or_hide
        settings.attributes.create settings.attributes.new settings.attributes.update settings.attributes.edit
        settings.attributes.move settings.attributes.removal settings.attributes.remove settings.limits.update settings.limits.remove
        settings.delivery.update settings.delivery.end_former settings.delivery.remove
        providers.new providers.create providers.edit providers.update providers.check providers.switch providers.enforce
        providers.removal providers.remove
    """,
    "o": """
        settings.operators.new settings.operators.create settings.operators.deactivation settings.operators.deactivate
        settings.operators.reactivate settings.operators.change_role settings.operators.invite_again settings.operators.withdraw
        settings.roles.new settings.roles.create settings.roles.edit settings.roles.update settings.roles.end
        settings.security.update settings.security.bind settings.providers.new settings.providers.create settings.providers.edit
        settings.providers.update settings.providers.check settings.providers.switch settings.providers.removal settings.providers.remove
    """,
}
ACCOUNT = {
    "OBVW": """
        home.show access.show activity.index company.show contacts.index contacts.show messages.index messages.show preferences.show
        statements.index statements.show statements.show_csv statements.show_pdf wallets.show wallets.entry messages.letter
    """,
    "OBV": """
        preferences.set_daily
        statements.issue messages.deliver preferences.update preferences.undo preferences.undo_all access.end_session
        access.end_other_sessions own_address.show own_address.create own_address.withdraw security.authenticator
        security.set_up_authenticator security.authenticator_removal security.remove_authenticator security.create_passkey
        security.passkey_removal security.remove_passkey security.ask_to_register security.new_passkey security.password
        security.set_password security.remove_password security.prove security.ask_to_prove security.recovery_codes
        security.make_recovery_codes security.second_factor unsent.show unsent.remove identities.index identities.tie identities.untie
    """,
    "OBW": """
        alerts.edit company.edit contacts.new contacts.edit contacts.new_merger contacts.defaults contacts.removed contacts.show_removed
    """,
    "OB": """
        alerts.update company.update contacts.create contacts.update contacts.remove contacts.restore contacts.make_primary contacts.merge
        contacts.ask_to_confirm contacts.set_defaults
    """,
    "OW": "providers.index providers.new providers.edit providers.removal",
    "O": """
        people.invite people.give visits.allow providers.create providers.update providers.check providers.switch providers.enforce
        providers.remove
    """,
}
PUBLIC = """
    assets.show logos.show health.alive health.metrics health.ready hooks.portal hooks.postmark hooks.ses
    links.choose links.confirm_address links.go_to_place links.message links.message_letter links.one_click links.open_message
    links.open_preferences links.open_statement links.renew links.send_settings links.settings links.statement links.stop_class
    links.undo_class links.set_daily
    links.not_me links.open_not_me links.open_stop_email_change links.open_unsubscribe links.open_verify_address links.preferences
    links.say_not_me links.stop links.stop_change
    links.stop_email_change links.undo links.undo_all links.undo_stop links.unsubscribe links.verify_address mailbox.index
    mailbox.letter mailbox.show sign_in.accept sign_in.ask_for_passkey sign_in.ask_for_second_passkey sign_in.choose
    sign_in.come_back_from_provider sign_in.continue_with_provider sign_in.create sign_in.destroy sign_in.end_visit
    sign_in.enter_by_code sign_in.enter_by_passkey sign_in.enter_by_password sign_in.enter_by_second sign_in.enter_by_second_passkey
    sign_in.go_to_provider sign_in.new sign_in.open_invite sign_in.open_link sign_in.password sign_in.renew_invite
    sign_in.renew_link sign_in.second sign_in.send_again sign_in.sent sign_in.show_invite sign_in.show_link sign_in.start
    sign_in.switch sign_in.use_link styleguide.show verify.new verify.show
"""

MAY = {
    **{f"console.{name}": who for who, names in CONSOLE.items() for name in names.split()},
    **{f"account.{name}": who for who, names in ACCOUNT.items() for name in names.split()},
    **dict.fromkeys(PUBLIC.split(), "everybody"),
}
