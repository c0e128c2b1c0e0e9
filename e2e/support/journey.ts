import { randomInt } from 'node:crypto'
import { test as base, expect, type BrowserContextOptions, type Page } from '@playwright/test'
import type { Urls } from '@kangbao/launcher/stack.ts'
import { WorkplacePerson } from '../drivers/workplace-person.ts'
import { addresses } from '../stack/addresses.ts'
import { traffic } from './traffic.ts'

export { expect } from '@playwright/test'

/** The two sizes the product is looked at: a phone in a hand, a screen on a desk. */
export const devices = {
  phone: {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: process.env['LOOK_AT'] ? 2 : 1,
  },
  pc: { viewport: { width: 1440, height: 900 } },
} as const satisfies Record<string, BrowserContextOptions>

export interface Screens {
  /** A browser of its own; whoever is given is signed in already. */
  open(device: keyof typeof devices, as?: WorkplacePerson, options?: BrowserContextOptions): Promise<Page>
  /** Console lines of this journey that belong to it, such as the refused request of a wrong password. */
  expectConsole(line: RegExp): void
  /** Another site of this journey, such as a hostile one. */
  expectOrigin(origin: string): void
}

interface Given {
  readonly urls: Urls
  readonly screens: Screens
  readonly newPerson: (name: string) => Promise<WorkplacePerson>
}

/**
 * A journey fails on every console error or warning it did not announce, on every address outside the product, and on
 * personal data or a session in an address (S-48, S-50, S-79).
 */
export const test = base.extend<Given>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixture's needs from the pattern
  urls: async ({}, use) => {
    await use(addresses())
  },
  newPerson: async ({ urls }, use) => {
    await use((name) => WorkplacePerson.signIn(urls, newPhone(), name))
  },
  screens: async ({ browser, urls }, use) => {
    const told: string[] = []
    const expected: RegExp[] = []
    const pages: Page[] = []
    const seen = traffic(Object.values(urls).filter((url) => url.startsWith('http')))
    const open: Screens['open'] = async (device, as, options = {}) => {
      const context = await browser.newContext({
        ...devices[device],
        baseURL: urls.workplace,
        locale: 'zh-CN',
        timezoneId: 'Asia/Shanghai',
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
        ...options,
      })
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          told.push(`${message.text()} (${message.location().url})`)
      })
      seen.watch(context)
      context.on('weberror', (error) => told.push(String(error.error().stack)))
      if (as)
        await context.addInitScript(
          ([origin, token]) => {
            if (location.origin === origin) localStorage.setItem('kangbao:session:v1', token)
          },
          [urls.workplace, as.token] as const,
        )
      const page = await context.newPage()
      pages.push(page)
      return page
    }
    await use({ open, expectConsole: (line) => void expected.push(line), expectOrigin: seen.expectOrigin })
    await seen.lookIntoCaches(pages.filter((page) => !page.isClosed()))
    await Promise.all(pages.map((page) => page.context().close()))
    expect(told.filter((line) => !expected.some((pattern) => pattern.test(line)))).toEqual([])
    expect(seen.judge()).toEqual([])
  },
})

/** A phone nobody has used: every journey makes its own people. */
export const newPhone = (): string => `137${String(randomInt(100_000_000)).padStart(8, '0')}`

let orgs = 0
/** An org name no other journey has. */
export const newOrgName = (what: string): string => `${what}${Date.now() % 1_000_000}${(orgs += 1)}有限公司`
