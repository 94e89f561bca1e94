"""The one model that every role shares: tables, and facts about one row."""

from portal.model.address import Address
from portal.model.audit_event import AuditEvent, AuditLink
from portal.model.base import Base
from portal.model.broadcast import Broadcast, SavedView
from portal.model.business_entity import BusinessEntity, Logo, Sender
from portal.model.contact import Contact, ContactDefault, ContactMerger, Preference, PreferenceReceipt, TopicSetting
from portal.model.customer import CustomAttribute, Customer, SearchDocument
from portal.model.digest import StatementMonth, WalletDigest
from portal.model.email_message import EmailAttempt, EmailEvent, EmailMessage, Suppression
from portal.model.idempotency import IdempotencyKey
from portal.model.identity_provider import IdentityProvider, ProviderDomain, ProviderIdentity
from portal.model.import_job import ImportFile, ImportJob, ImportPiece, ImportProblem, ImportRow
from portal.model.journal import JournalEntry, JournalLine
from portal.model.letter_version import LetterVersion
from portal.model.second_factor import Passkey, RecoveryCode, TotpFactor
from portal.model.setting import Setting
from portal.model.sign_in import Attempt, BrowserSession, EmailLink, PendingSignIn, SignInRequest
from portal.model.statement import Statement
from portal.model.tax_id import TaxId
from portal.model.unsent_form import UnsentForm
from portal.model.user import EmailChange, Membership, OperatorRole, User
from portal.model.wallet import CreditGrant, GrantUse, Wallet, WalletEntry
from portal.model.wallet_request import WalletLimit, WalletRequest

__all__ = [
    "Address",
    "Attempt",
    "AuditEvent",
    "AuditLink",
    "Base",
    "Broadcast",
    "BrowserSession",
    "BusinessEntity",
    "Contact",
    "ContactDefault",
    "ContactMerger",
    "CreditGrant",
    "CustomAttribute",
    "Customer",
    "EmailAttempt",
    "EmailChange",
    "EmailEvent",
    "EmailLink",
    "EmailMessage",
    "GrantUse",
    "IdempotencyKey",
    "IdentityProvider",
    "ImportFile",
    "ImportJob",
    "ImportPiece",
    "ImportProblem",
    "ImportRow",
    "JournalEntry",
    "JournalLine",
    "LetterVersion",
    "Logo",
    "Membership",
    "OperatorRole",
    "Passkey",
    "PendingSignIn",
    "Preference",
    "PreferenceReceipt",
    "ProviderDomain",
    "ProviderIdentity",
    "RecoveryCode",
    "SavedView",
    "SearchDocument",
    "Sender",
    "Setting",
    "SignInRequest",
    "Statement",
    "StatementMonth",
    "Suppression",
    "TaxId",
    "TopicSetting",
    "TotpFactor",
    "UnsentForm",
    "User",
    "Wallet",
    "WalletDigest",
    "WalletEntry",
    "WalletLimit",
    "WalletRequest",
]
