import type { FastifyBaseLogger } from 'fastify'
import type { Fault } from '../contracts/operator.ts'
import type { Clock } from './clock.ts'
import type { Config, Suite } from './config.ts'
import type { Database } from './db/database.ts'
import type { StreamHub } from './pushes/stream-hub.ts'

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
  calls: Fault[]
  push: { duplicate: boolean; reorder: boolean; loseNext: number }
  qpsLimit: number | null
  floodLimit: number | null
}

/** Everything a feature may use; made once in main, replaced piece by piece in tests. */
export interface Deps {
  config: Config
  clock: Clock
  db: Database
  sms: SmsSender
  log: FastifyBaseLogger
  switches: Switches
  /** Web sockets of suites that take their pushes so. */
  streams: StreamHub
}

export const noSwitches = (): Switches => ({
  calls: [],
  push: { duplicate: false, reorder: false, loseNext: 0 },
  qpsLimit: null,
  floodLimit: null,
})

export const suiteById = (deps: Deps, suiteId: string): Suite | undefined =>
  deps.config.suites.find((suite) => suite.suiteId === suiteId)
