"""Lists for people with their link: nothing that a server shows to others names them."""

import http.client

from streams import Follower


def made(server):
    """Makes one, and returns the name that its maker is told."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/lists", '{"newList":"Secret","unlisted":true}', {"Content-Type": "application/json"})
    place = connection.getresponse().headers["Location"]
    connection.close()
    return place.removeprefix("/lists/")


def test_an_unlisted_list_is_named_nowhere_but_on_its_own_page(start):
    server = start("--log-level", "trace", "--writes-per-second", "1000")
    name = made(server)
    assert server.request("POST", "/lists", b'{"newList":"Listed"}', {"Content-Type": "application/json"})[0] == 201
    with Follower(server, name) as stream:
        server.post(f"/todos/{name}", newTodo="quince")
        assert stream.shows(["quince"])
        for path in [f"/lists/{name}", f"/lists/{name}.json", f"/lists/{name}.md", f"/lists/{name.upper()}",
                     f"/lists/{name.replace('-', '%2D')}", f"/lists/{name}?edit=1", f"/todos/{name}", f"/lists/{name}/x"]:
            server.get(path)
        server.post(f"/todos/{name}/99/toggle")
        server.post(f"/lists/{name}/rename", name="Other secret")
        server.post(f"/lists/{name}/delete")
        server.post(f"/todos/{name}", newTodo="quince again")
        shown = [server.get(path)[1] for path in ["/", "/?undo=1", "/lists/listed", "/lists/listed?undo=1",
                                                  "/lists/listed.json", "/lists/listed.md", "/metrics", "/readyz",
                                                  "/subscribe?once", "/subscribe?once&after=1"]]
    assert "Listed" in shown[0]
    server.stop()
    for text in [*shown, server.log.read_text()]:
        assert name not in text.lower() and name[2:] not in text and "ecret" not in text and "quince" not in text
    assert "path=/lists/[unlisted]" in server.log.read_text()
    assert "path=/todos/[unlisted]/99/toggle" in server.log.read_text()
