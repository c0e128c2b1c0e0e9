// Pages are drawn by the server; this only fetches them again when something came in, and runs the buttons.
const main = document.querySelector('main[data-live]')

/** Exchanges the page's content and keeps the scroll position and the focused control. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!answer.ok) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main')
  if (!fresh || !main) return
  const focused = document.activeElement?.getAttribute('data-body')
  main.replaceChildren(...fresh.childNodes)
  if (focused) main.querySelector(`[data-body=${CSS.escape(focused)}]`)?.focus()
}

let isRefreshing = false
let isStale = false
async function refreshOnce() {
  isStale = true
  if (isRefreshing) return
  isRefreshing = true
  while (isStale) {
    isStale = false
    await refresh().catch(() => undefined)
    await new Promise((done) => setTimeout(done, 150))
  }
  isRefreshing = false
}

function showConnection(isUp) {
  const sign = main.querySelector('.live')
  if (!sign) return
  sign.classList.toggle('down', !isUp)
  const text = sign.querySelector('span')
  text.dataset.up ??= text.textContent
  text.textContent = isUp ? text.dataset.up : sign.dataset.offline
}

if (main) {
  const events = new EventSource(main.dataset.live)
  let wasDown = false
  events.addEventListener('changed', () => void refreshOnce())
  events.addEventListener('open', () => {
    if (wasDown) void refreshOnce()
    wasDown = false
    showConnection(true)
  })
  events.addEventListener('error', () => {
    wasDown = true
    showConnection(false)
  })
}

async function copy(button) {
  const text = button.dataset.copy
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    // No clipboard outside https or localhost: select it, so that the keyboard can.
    const range = document.createRange()
    range.selectNodeContents(button.parentElement.querySelector('[data-code]'))
    getSelection().removeAllRanges()
    getSelection().addRange(range)
    return
  }
  const before = button.textContent
  button.textContent = button.dataset.copied
  setTimeout(() => (button.textContent = before), 1_500)
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button') : null
  if (button?.dataset.copy) void copy(button)
  if (button?.dataset.post) {
    void fetch(button.dataset.post, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: button.dataset.body,
    }).then(refreshOnce)
  }
})
