import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe calls serious or critical on the screen, one line each. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(source)
  const findings: readonly Finding[] = await page.evaluate(
    // Mini-apps are other origins' pages and are checked in their own journeys.
    'axe.run(document, { resultTypes: ["violations"], iframes: false }).then(({ violations }) => violations)',
  )
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
