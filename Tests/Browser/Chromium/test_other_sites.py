"""Pages of other sites, served from origins of their own, can neither change a list nor read or frame one."""

import http.server
import threading

import pytest

# What a page can send without leave: each takes the address of the list's commands.
ATTACKS = {
    "form": "send('application/x-www-form-urlencoded')",
    "form as text": "send('text/plain')",
    "form with parts": "send('multipart/form-data')",
    "fetch as a form": "fetch(url, {method: 'POST', mode: 'no-cors', body: new URLSearchParams({newTodo: 'forged'})})",
    "fetch as text": "fetch(url, {method: 'POST', mode: 'no-cors', body: JSON.stringify({newTodo: 'forged'})})",
    "fetch with cookies": "fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include',"
    " body: new URLSearchParams({newTodo: 'forged'})})",
    "fetch as JSON": "fetch(url, {method: 'POST', headers: {'Content-Type': 'application/json'},"
    " body: JSON.stringify({newTodo: 'forged'})})",
    "fetch as Datastar": "fetch(url, {method: 'POST', headers: {'Datastar-Request': 'true'}, body: '{}'})",
    "beacon": "navigator.sendBeacon(url, new URLSearchParams({newTodo: 'forged'}))",
}

PAGE = b"""<!doctype html><title>Another site</title><iframe name="answer"></iframe><script>
// Sends a form into the frame, as a page of another site would, and tells when the frame has an answer.
const send = (url, type) => new Promise((done) => {
  const form = document.createElement('form')
  Object.assign(form, {method: 'post', action: url, enctype: type, target: 'answer'})
  form.innerHTML = '<input name="newTodo" value="forged">'
  document.body.append(form)
  document.querySelector('iframe').onload = () => done('answered')
  form.submit()
})
</script>"""


class OtherSite(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


# Another port is another origin of the same site; another name is another site.
@pytest.fixture(params=["127.0.0.1", "localhost"])
def other_site(request):
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), OtherSite)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://{request.param}:{site.server_port}/"
    site.shutdown()
    site.server_close()


def run(page, attack, url):
    expression = attack.replace("send(", "send(url, ")
    return page.evaluate(f"async (url) => {{ try {{ await {expression} }} catch (error) {{ return String(error) }} }}", url)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_page_of_another_site_changes_nothing(browser, server, other_site, attack):
    page = browser.new_page()
    page.goto(other_site)
    url = f"{server.url}/todos/groceries"
    with page.expect_event("request", lambda request: request.url == url) as sent:
        run(page, attack, url)
    if sent.value.response():
        assert sent.value.response().status in (403, 405)
    assert server.todos("groceries") == []
    page.close()


@pytest.mark.parametrize("attack", ["form", "fetch as a form", "beacon"])
def test_the_same_from_the_site_itself_is_done(tabs, server, attack):
    page = tabs("/lists/elsewhere")
    url = f"{server.url}/todos/groceries"
    with page.expect_response(url):
        if attack == "form":
            # Sent when the script has returned: a page that is left in the middle of one may never answer it.
            page.evaluate(
                """(url) => { const form = document.createElement('form')
                Object.assign(form, {method: 'post', action: url})
                form.innerHTML = '<input name="newTodo" value="forged">'
                document.body.append(form)
                setTimeout(() => form.submit()) }""", url)
            # A tab that is closed while it goes to another page may never close.
            page.wait_for_url(f"{server.url}/lists/groceries")
        else:
            run(page, ATTACKS[attack], url)
    assert server.todos("groceries") == ["forged"]


def test_a_page_of_another_site_can_neither_read_nor_frame_a_list(browser, server, other_site):
    page = browser.new_page()
    page.goto(other_site)
    for path in ("/lists/groceries", "/lists/groceries.json", "/subscribe/groceries"):
        assert "TypeError" in page.evaluate(
            "(url) => fetch(url).then(() => 'read', (error) => String(error))", server.url + path)
    with page.expect_event("framenavigated") as shown:
        page.evaluate("(url) => { document.querySelector('iframe').src = url }", server.url + "/lists/groceries")
    assert shown.value.url.startswith("chrome-error:")
    page.close()


def test_a_name_of_another_site_that_leads_here_is_refused(browser, server):
    page = browser.new_page()
    answer = page.goto(f"http://rebound.example:{server.port}/lists/groceries")
    assert answer.status == 421
    assert "does not go by the name rebound.example" in page.content()
    page.close()
