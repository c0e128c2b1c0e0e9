import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Until nothing moves any more and no toast is up: what fades has the contrast of neither before nor after, and a toast
 * begins to fade by itself at a time of its own.
 */
async function settle(page: Page): Promise<void> {
  await expect(page.locator('.van-toast:visible')).toHaveCount(0)
  await expect.poll(() => page.evaluate(untilStill)).toBe(0)
}

/** Waits for what moves now; answers how much began to move meanwhile. */
async function untilStill(): Promise<number> {
  const moving = () =>
    document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
  await Promise.allSettled(moving().map(({ finished }) => finished))
  await new Promise(requestAnimationFrame)
  return moving().length
}

/** What axe calls serious or critical on the screen, one line each. */
export async function barriersOn(page: Page): Promise<string[]> {
  await settle(page)
  await page.evaluate(source)
  const findings: readonly Finding[] = await page.evaluate(
    // Mini-apps are other origins' pages and are checked in their own journeys.
    'axe.run(document, { resultTypes: ["violations"], iframes: false }).then(({ violations }) => violations)',
  )
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
