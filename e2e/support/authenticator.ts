import { Secret, TOTP } from 'otpauth'
import type { Page } from '@playwright/test'

/** An authenticator app on somebody's phone, whose clock is the stack's. */
export class AuthenticatorApp {
  private constructor(
    private readonly totp: TOTP,
    private readonly now: () => number,
  ) {}

  /** Types the key the page shows into the app. */
  static async from(page: Page, now: () => number): Promise<AuthenticatorApp> {
    const text = await page.getByText(/^([A-Z2-7]{4} ?){4,}$/).innerText()
    return new AuthenticatorApp(new TOTP({ secret: Secret.fromBase32(text.replaceAll(' ', '')) }), now)
  }

  code(): string {
    return this.totp.generate({ timestamp: this.now() })
  }
}
