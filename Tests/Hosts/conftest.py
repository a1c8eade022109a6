"""A network for each test, with which all that runs in it goes."""

import network as networks
import pytest
import sites


@pytest.fixture(scope="session")
def possible():
    """Skips where there can be no hosts, or nothing to run on them."""
    if reason := networks.reason_against() or sites.reason_against():
        pytest.skip(reason)


@pytest.fixture
def network(possible):
    with networks.Network() as network:
        yield network


@pytest.fixture
def site(network, tmp_path):
    """Makes a site in the network, as `sites.Site` does."""
    made = []

    def make_site(**options):
        made.append(sites.Site(network, tmp_path, **options).__enter__())
        return made[-1]

    yield make_site
    for site in made:
        site.__exit__()
