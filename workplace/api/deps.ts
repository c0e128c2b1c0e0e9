import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from './clock.ts'
import type { Config, Suite } from './config.ts'
import type { Database } from './db/database.ts'

/** Sends one text message; throws when the provider cannot be reached or refuses. */
export interface SmsSender {
  send(message: SmsMessage): Promise<void>
}

export interface SmsMessage {
  to: string
  template: string
  params: Record<string, string>
  text: string
  signName: string
  idempotencyKey: string
}

/** What may be switched while running, in test mode only. */
export interface Switches {
  calls: {
    path: string
    kind: 'busy' | 'qps' | 'bad-token' | 'slow' | 'drop'
    times: number
    delayMs?: number | undefined
  }[]
  push: { duplicate: boolean; reorder: boolean; loseNext: number }
  qpsLimit: number | null
}

/** Everything a feature may use; made once in main, replaced piece by piece in tests. */
export interface Deps {
  config: Config
  clock: Clock
  db: Database
  sms: SmsSender
  log: FastifyBaseLogger
  switches: Switches
}

export const noSwitches = (): Switches => ({
  calls: [],
  push: { duplicate: false, reorder: false, loseNext: 0 },
  qpsLimit: null,
})

export const suiteById = (deps: Deps, suiteId: string): Suite | undefined =>
  deps.config.suites.find((suite) => suite.suiteId === suiteId)
