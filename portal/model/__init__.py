"""The one model that every role shares: tables, and facts about one row."""

from portal.model.address import Address
from portal.model.audit_event import AuditEvent
from portal.model.base import Base
from portal.model.business_entity import BusinessEntity, Sender
from portal.model.contact import Contact, ContactDefault, Preference, PreferenceReceipt, TopicSetting
from portal.model.customer import CustomAttribute, Customer, SearchDocument
from portal.model.email_message import EmailAttempt, EmailMessage, Suppression
from portal.model.idempotency import IdempotencyKey
from portal.model.import_job import ImportFile, ImportJob, ImportPiece, ImportProblem, ImportRow
from portal.model.journal import JournalEntry, JournalLine
from portal.model.sign_in import Attempt, BrowserSession, EmailLink, SignInRequest
from portal.model.statement import Statement
from portal.model.tax_id import TaxId
from portal.model.user import Membership, User
from portal.model.wallet import CreditGrant, GrantUse, Wallet, WalletEntry
from portal.model.wallet_request import WalletLimit, WalletRequest

__all__ = [
    "Address",
    "Attempt",
    "AuditEvent",
    "Base",
    "BrowserSession",
    "BusinessEntity",
    "Contact",
    "ContactDefault",
    "CreditGrant",
    "CustomAttribute",
    "Customer",
    "EmailAttempt",
    "EmailLink",
    "EmailMessage",
    "GrantUse",
    "IdempotencyKey",
    "ImportFile",
    "ImportJob",
    "ImportPiece",
    "ImportProblem",
    "ImportRow",
    "JournalEntry",
    "JournalLine",
    "Membership",
    "Preference",
    "PreferenceReceipt",
    "SearchDocument",
    "Sender",
    "SignInRequest",
    "Statement",
    "Suppression",
    "TaxId",
    "TopicSetting",
    "User",
    "Wallet",
    "WalletEntry",
    "WalletLimit",
    "WalletRequest",
]
