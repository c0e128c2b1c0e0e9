import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { whenThere } from './start.ts'

const quiet = () => ({ log: pino({ level: 'silent' }), closing: new AbortController().signal })
const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

describe('R-58: a start without the database', () => {
  it('goes on by itself when the database has come', async () => {
    let tries = 0
    await whenThere(() => ((tries += 1) < 3 ? Promise.reject(away()) : Promise.resolve()), quiet())
    expect(tries).toBe(3)
  })

  it('ends when what is wrong is no absence', async () => {
    const wrong = Promise.reject(new Error('a migration is wrong'))
    await expect(whenThere(() => wrong, quiet())).rejects.toThrow('a migration is wrong')
  })

  it('stops waiting when it is told to', async () => {
    const closing = new AbortController()
    closing.abort()
    await whenThere(() => Promise.reject(away()), { ...quiet(), closing: closing.signal })
  })
})
