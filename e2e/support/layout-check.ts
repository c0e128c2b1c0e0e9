import type { Page } from '@playwright/test'

/**
 * What a person with a small screen, large text or a keyboard would trip over on this screen, one line each: scrolling
 * sideways, text cut off in something to press, things to press the keyboard does not reach, focus nobody sees, and a
 * screen without its heading or with more than one main part.
 */
export const tripsOn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    const isShown = (item: Element) => {
      if (!(item instanceof HTMLElement) && !(item instanceof SVGElement)) return false
      const { width, height } = item.getBoundingClientRect()
      return width > 1 && height > 1 && getComputedStyle(item).visibility !== 'hidden'
    }
    const nameOf = (item: Element) =>
      `${item.tagName.toLowerCase()}.${item.getAttribute('class') ?? ''} “${(item.textContent ?? '').trim().slice(0, 30)}”`

    const over = document.documentElement.scrollWidth - innerWidth
    if (over > 0) {
      const wide = [...document.querySelectorAll('body *')].filter(
        (item) => isShown(item) && item.getBoundingClientRect().right > innerWidth + 1,
      )
      found.push(`runs over by ${String(over)}: ${wide.slice(-3).map(nameOf).join(', ')}`)
    }
    for (const pane of document.querySelectorAll('.scroll')) {
      if (!isShown(pane) || pane.scrollWidth <= pane.clientWidth + 1) continue
      const edge = pane.getBoundingClientRect().right
      const wide = [...pane.querySelectorAll('*')].filter(
        (item) => isShown(item) && item.getBoundingClientRect().right > edge + 1,
      )
      found.push(`pane runs over: ${wide.slice(0, 3).map(nameOf).join(', ')}`)
    }

    const pressable = 'button, a[href], summary, [role="tab"], [role="button"]'
    for (const item of document.querySelectorAll(`${pressable}, :is(${pressable}) *`)) {
      if (!(item instanceof HTMLElement) || !isShown(item) || item.closest('.visually-hidden')) continue
      const { overflowX, textOverflow } = getComputedStyle(item)
      const hasText = [...item.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      )
      if (!hasText || textOverflow === 'ellipsis') continue
      if (item.scrollWidth > item.clientWidth + 1 && getComputedStyle(item).display !== 'inline')
        found.push(`cut or run over (${overflowX}): ${nameOf(item)}`)
    }

    const reachable = 'a[href], button, input, select, textarea, summary, iframe, [tabindex]'
    for (const item of document.querySelectorAll('body *')) {
      if (!isShown(item) || getComputedStyle(item).cursor !== 'pointer') continue
      if (item.closest(`${reachable}, label, .van-overlay, [aria-hidden="true"]`)) continue
      if (item.querySelector(reachable)) continue
      found.push(`no keyboard reaches: ${nameOf(item)}`)
    }

    const headings = [...document.querySelectorAll('h1')].filter(isShown)
    if (headings.length === 0 && !document.querySelector('h1.visually-hidden')) found.push('no h1')
    const mains = [...document.querySelectorAll('main')].filter(isShown)
    if (mains.length !== 1) found.push(`${String(mains.length)} main parts`)
    return [...new Set(found)]
  })

/**
 * Goes through the screen by Tab until it comes round; what was wrong on the way, one line each: caught in one place, or
 * focus that cannot be seen.
 * @param most stops; a longer list is cut off, which is no fault.
 */
export async function tabThrough(page: Page, most = 60): Promise<string[]> {
  const found: string[] = []
  let first = ''
  let last = ''
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  })
  for (let stop = 0; stop < most; stop += 1) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => {
      const item = document.activeElement
      if (!(item instanceof HTMLElement) || item === document.body || item instanceof HTMLIFrameElement)
        return null
      const all = [...document.querySelectorAll('*')]
      const isMarked = (part: Element | null) => {
        if (!part) return false
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(part)
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
      }
      const marks = [item, item.parentElement, item.parentElement?.parentElement ?? null]
      const name = `${item.tagName.toLowerCase()}.${item.className} “${(item.ariaLabel ?? item.textContent).trim().slice(0, 30)}”`
      return { key: `${String(all.indexOf(item))} ${name}`, name, isMarked: marks.some(isMarked) }
    })
    if (at === null || at.key === first) break
    if (at.key === last) {
      found.push(`caught at ${at.name}`)
      break
    }
    if (!at.isMarked) found.push(`focus unseen at ${at.name}`)
    first ||= at.key
    last = at.key
  }
  return found
}
