import { connect } from 'node:net'
import { dailyAnswers, makeOrg, publishDaily } from '../data/orgs.ts'
import { generate } from '../load/generate.ts'
import { writeRequests } from '../load/requests.ts'
import type { Scenario } from '../scenario.ts'
import { todayOf } from './submit.ts'

const aborted = 1000

/** P28: phones that vanish in the middle of a body leave nothing behind. */
export const aborts: Scenario = {
  name: 'aborts',
  ids: ['P28'],
  async run(bench) {
    const subject = await bench.startServer()
    const org = await makeOrg(bench, 200)
    const formId = await publishDaily(subject, org)
    const today = await todayOf(subject)
    const path = `/api/forms/${formId}/submissions/${today}`
    const body = JSON.stringify({ answers: dailyAnswers(today) })
    const file = writeRequests(
      bench.folder,
      'aborts',
      org.members.map(({ token }) => ({ method: 'PUT', path, token, body })),
    )
    const load = () => generate({ url: subject.url, file, connections: 16, seconds: 4 })
    await load()
    const rounds: { before: number; after: number }[] = []
    let idle = 0
    for (let round = 0; round < (bench.profile === 'full' ? 5 : 3); round += 1) {
      await bench.settle()
      const before = (await load()).perSecond
      const { port } = new URL(subject.url)
      for (let i = 0; i < aborted; i += 50) {
        await Promise.all(
          Array.from({ length: 50 }, () => hangUp(Number(port), path, org.members[0]?.token ?? '', body)),
        )
      }
      const { rows } = await bench.admin.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where state = 'idle in transaction'`,
      )
      idle += rows[0]?.n ?? 0
      await bench.settle()
      rounds.push({ before, after: (await load()).perSecond })
    }
    await subject.stop()
    const last = rounds.at(-1)
    return [
      {
        id: 'P28',
        ratios: rounds.map(({ before, after }) => after / before),
        floor: rounds.map(({ before }) => before),
        absolute: {
          before_per_s: last?.before ?? 0,
          after_per_s: last?.after ?? 0,
          idle_in_transaction: idle,
        },
        checks: { 'no transaction is left open': idle === 0 },
      },
    ]
  },
}

/** Sends the head and half of the body, then is gone. */
function hangUp(port: number, path: string, token: string, body: string): Promise<void> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `PUT ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n` +
          `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 40)}`,
        () => socket.destroy(),
      )
    })
    socket.once('close', () => done())
    socket.once('error', () => done())
  })
}
