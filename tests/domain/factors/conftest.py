"""What the tests of second factors share: a vault, a site, a person."""

import pytest

from portal.domain.factors import Site
from portal.model import User
from portal.values.sealed import Vault


@pytest.fixture
def vault() -> Vault:
    return Vault("for-tests-only-0123456789-abcdefghij")


@pytest.fixture
def site() -> Site:
    return Site.of("http://localhost")


@pytest.fixture
def user(cast, session) -> User:
    return session.get_one(User, cast.operators["support"].id)


@pytest.fixture
def by(cast):
    return cast.operator("support")
