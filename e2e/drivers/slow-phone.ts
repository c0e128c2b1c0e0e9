/// <reference lib="dom" />
import { chromium, type Browser } from '@playwright/test'
import { findBrowser } from '@kangbao/launcher/browser.ts'

/** Slow 4G and a processor six times slower than this machine's, as P26 asks. */
const network = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
}
const slowdown = 6

export interface View {
  /** From the navigation until the mark was on the page. */
  readonly readyMs: number
  /** Scripts and styles that came over the wire until then, as they were sent. */
  readonly bytes: number
}

/** A cheap phone on a poor line that has seen nothing of the page yet. */
export class SlowPhone {
  private constructor(private readonly browser: Browser) {}

  static async take(): Promise<SlowPhone> {
    const { path, env } = findBrowser()
    const browser = await chromium.launch({
      executablePath: path,
      env: { ...process.env, ...env },
      args: ['--no-sandbox', '--disable-gpu'],
    })
    return new SlowPhone(browser)
  }

  close(): Promise<void> {
    return this.browser.close()
  }

  /**
   * @param mark selector of what is there when the page can be used.
   * @param kept what the tab remembers from before, such as a session.
   */
  async open(url: string, mark: string, kept: Readonly<Record<string, string>> = {}): Promise<View> {
    const context = await this.browser.newContext({
      viewport: { width: 390, height: 844 },
      locale: 'zh-CN',
      isMobile: true,
      hasTouch: true,
      serviceWorkers: 'block',
    })
    try {
      await context.addInitScript(watcher(mark, kept))
      const page = await context.newPage()
      const line = await context.newCDPSession(page)
      await line.send('Network.enable')
      await line.send('Network.emulateNetworkConditions', network)
      await line.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
      await page.goto(url, { waitUntil: 'commit' })
      await page.waitForFunction(() => performance.getEntriesByName('ready').length > 0)
      return await page.evaluate(() => {
        const [ready] = performance.getEntriesByName('ready')
        const readyMs = ready?.duration ?? Number.NaN
        const bytes = performance
          .getEntriesByType('resource')
          .filter((entry): entry is PerformanceResourceTiming => entry instanceof PerformanceResourceTiming)
          .filter(({ name, startTime }) => /\.(js|css)$/.test(name) && startTime <= readyMs)
          .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
        return { readyMs, bytes }
      })
    } finally {
      await context.close()
    }
  }
}

/** As text, since whoever compiles this file may add helpers that no page knows. */
function watcher(mark: string, kept: Readonly<Record<string, string>>): string {
  return `for (const [name, value] of ${JSON.stringify(Object.entries(kept))}) sessionStorage.setItem(name, value);
(function look() {
  if (!document.querySelector(${JSON.stringify(mark)})) return requestAnimationFrame(look)
  performance.measure('ready', { start: 0, end: performance.now() })
})()`
}
