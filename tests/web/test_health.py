"""For machines: alive, ready, in figures."""

from sqlalchemy import text


def test_the_process_answers(client):
    assert client.http.get("/healthz").text == "ok\n"


def test_ready_means_a_current_schema_and_a_database_that_takes_writes(client):
    assert client.http.get("/readyz").text == "ready\n"


def test_an_older_schema_is_not_ready(client, database):
    with database.writing() as session:
        at = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = 'ancient'"))
    try:
        answer = client.http.get("/readyz")
        assert answer.status_code == 503
        assert "portal migrate" in answer.text
    finally:
        with database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": at})


def test_metrics_count_requests_and_are_for_this_machine(client):
    client.get("/sign-in")
    said = client.http.get("/metrics").text
    assert 'portal_requests_total{endpoint="sign_in.new",method="GET",status="200"}' in said
    assert client.http.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 404


def test_every_answer_has_a_request_id_and_a_proxys_is_kept(client):
    assert len(client.http.get("/healthz").headers["X-Request-ID"]) == 32
    assert client.http.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"}).headers["X-Request-ID"] == "from-the-proxy-1"
    assert client.http.get("/healthz", headers={"X-Request-ID": "two\tlines"}).headers["X-Request-ID"] != "two\tlines"
