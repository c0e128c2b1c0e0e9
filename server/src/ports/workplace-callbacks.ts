import type { AppId } from '@kangbao/shared/contracts/sessions.ts'

export interface SealedCallback {
  readonly signature: string
  readonly timestamp: string
  readonly nonce: string
  readonly encrypt: string
}

/** Not made by the platform for this app, or changed on the way. Says which check refused it for the log only. */
export class ForgedCallback extends Error {
  override readonly name = 'ForgedCallback'
  constructor(
    readonly step: string,
    options?: ErrorOptions,
  ) {
    super(`callback refused at ${step}`, options)
  }
}

/** The crypto of what the platform pushes to us. */
export interface WorkplaceCallbacks {
  /** @throws ForgedCallback */
  open(app: AppId, sealed: SealedCallback): string
  /** What the platform waits for before it counts a push as delivered. */
  seal(app: AppId, text: string): Readonly<Record<string, string>>
}
