"""The organisers' screen in a browser, and what stands on it."""

MINUTE_MS = 60_000
LIVE = "[data-live=live]"


def shown(page, key):
    return page.text_content(f"[data-text='{key}']").replace("\xa0", " ")


def becomes(page, key, words):
    page.wait_for_function(
        "([key, words]) => words ==="
        " document.querySelector(`[data-text='${key}']`).textContent.replaceAll('\\u00a0', ' ')",
        arg=[key, words],
    )


def open_flow(open_page, house, width=1280, height=800, query="", **context):
    page = open_page(f"{house.url}/flow{query}", width, height, **context)
    page.wait_for_selector(LIVE)
    return page
