import type { Page } from '@playwright/test'
import { OwnStack } from './own-stack.ts'
import { test as base } from './journey.ts'

interface OwnGiven {
  readonly own: OwnStack
  /** Settings of its processes that this file is about. */
  readonly ownEnv: NonNullable<Parameters<typeof OwnStack.start>[0]>
}

/** Journeys that move the clock or make the receiver misbehave: a stack of their own, one for the whole file. */
export const test = base.extend<{ urls: OwnStack['urls'] }, OwnGiven>({
  ownEnv: [{}, { option: true, scope: 'worker' }],
  own: [
    async ({ ownEnv }, use) => {
      const own = await OwnStack.start(ownEnv)
      await use(own)
      await own.stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  urls: async ({ own }, use) => {
    await use(own.urls)
  },
})

/** Gives a page the stack's time, which has been moved. */
export async function atTimeOf(own: OwnStack, page: Page): Promise<Page> {
  await page.clock.install({ time: own.now() })
  await page.clock.resume()
  return page
}
