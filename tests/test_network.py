"""The suite itself: nothing in it reaches a network."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request

import pytest
from sitecustomize import NetworkError, loopback

from support import clean_environment


def test_a_connection_is_refused_in_this_process() -> None:
    with socket.socket() as unconnected, pytest.raises(NetworkError):
        unconnected.connect(("127.0.0.1", 9))


def test_a_name_is_not_looked_up_in_this_process() -> None:
    with pytest.raises(NetworkError):
        socket.getaddrinfo("localhost", 80)
    with pytest.raises(NetworkError):
        urllib.request.urlopen("http://localhost/")


def test_only_this_machine_is_reached_where_a_test_asks_for_it() -> None:
    with loopback():
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            with socket.create_connection(server.getsockname()) as client:
                assert client.getpeername() == server.getsockname()
        for attempt in (("192.0.2.1", 9), ("localhost", 9)):
            with pytest.raises(NetworkError):
                socket.create_connection(attempt)
    test_a_connection_is_refused_in_this_process()


@pytest.mark.parametrize(
    "attempt", ["socket.socket().connect(('127.0.0.1', 9))", "socket.create_connection(('localhost', 9))"]
)
def test_a_connection_is_refused_in_a_process_under_test(attempt: str) -> None:
    code = f"import socket; {attempt}"
    run = subprocess.run([sys.executable, "-c", code], env=clean_environment(), capture_output=True, check=False)
    assert b"the test suite has no network" in run.stderr
