import { afterAll, beforeAll } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { sm2 } from 'sm-crypto-v2'
import { createTestDatabase, type TestDatabase } from '@kangbao/launcher/test-database.ts'
import { buildApp } from '../src/app.ts'
import { systemClock } from '../src/clock.ts'
import { migrate, openDatabase } from '../src/database.ts'
import type { Deps } from '../src/deps.ts'
import { hmacKey, sm2Key } from '../src/government/keys.ts'
import { createLive } from '../src/live.ts'

export const governmentSecret = 'a government secret for tests'
/** Who sends under `sm2-key`, and who receives. */
export const senderPair = sm2.generateKeyPairHex()
export const receiverPair = sm2.generateKeyPairHex()
export const smsSecret = 'an sms secret for tests'

export interface World {
  readonly app: FastifyInstance
  readonly deps: Deps
}

/** A sandbox with a database of its own for one test file. */
export function newWorld(): World {
  let database: TestDatabase
  let world: World | undefined
  beforeAll(async () => {
    database = await createTestDatabase({ template: 'sandbox', migrate })
    const deps: Deps = {
      config: {
        governmentKeys: new Map([
          ['test-key', hmacKey(governmentSecret)],
          ['sm2-key', sm2Key({ senderKey: senderPair.publicKey, privateKey: receiverPair.privateKey })],
        ]),
        smsSecret,
        hasClockControl: true,
      },
      database: openDatabase(database.url),
      clock: systemClock(),
      live: createLive(),
    }
    world = { app: await buildApp(deps), deps }
  })
  afterAll(async () => {
    await world?.app.close()
    await world?.deps.database.end()
    await database.drop()
  })
  const ready = (): World => {
    if (!world) throw new Error('the world is made before each test, not at import')
    return world
  }
  return {
    get app() {
      return ready().app
    },
    get deps() {
      return ready().deps
    },
  }
}
