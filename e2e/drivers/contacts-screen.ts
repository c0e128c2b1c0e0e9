import { chromium, type Browser } from '@playwright/test'
import { findBrowser } from '@kangbao/launcher/browser.ts'
import type { WorkplacePerson } from './workplace-person.ts'

/** The contacts of the workplace on a phone's screen, timed as somebody who holds it sees them. */
export class ContactsScreen {
  private constructor(
    private readonly browser: Browser,
    private readonly person: WorkplacePerson,
  ) {}

  static async of(person: WorkplacePerson): Promise<ContactsScreen> {
    const { path, env } = findBrowser()
    const browser = await chromium.launch({
      executablePath: path,
      env: { ...process.env, ...env },
      args: ['--no-sandbox', '--disable-gpu'],
    })
    return new ContactsScreen(browser, person)
  }

  close(): Promise<void> {
    return this.browser.close()
  }

  /**
   * Opens the page in a browser that has seen nothing of it, then types.
   * @returns until departments and the first member are there, and from the last key until the one sought is, in ms.
   */
  async openAndFind(phone: string, name: string): Promise<{ openMs: number; findMs: number }> {
    const { workplace } = this.person.addresses
    const context = await this.browser.newContext({
      baseURL: workplace,
      viewport: { width: 390, height: 844 },
      locale: 'zh-CN',
      storageState: {
        cookies: [],
        origins: [
          { origin: workplace, localStorage: [{ name: 'kangbao:session:v1', value: this.person.token }] },
        ],
      },
    })
    try {
      const page = await context.newPage()
      const members = page.getByRole('list', { name: '成员' }).getByRole('listitem')
      const opened = performance.now()
      await page.goto('/contacts')
      await page
        .getByRole('link', { name: /^事业部/ })
        .first()
        .waitFor()
      await members.first().waitFor()
      const openMs = performance.now() - opened

      await page.getByRole('searchbox').fill(phone)
      const typed = performance.now()
      await members.filter({ hasText: name }).waitFor()
      return { openMs, findMs: performance.now() - typed }
    } finally {
      await context.close()
    }
  }
}
