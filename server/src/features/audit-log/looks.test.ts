import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendAudit } from '../../db/audit.repo.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import { openDatabase } from '../../db/database.ts'
import { looksAt } from './index.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const minuteMs = 60_000

function look(
  world: World,
  by: Person,
  at: number,
  action: 'submission.read' | 'reminder.sent',
  ...of: Person[]
) {
  const people = of.map(({ memberId }) => memberId)
  return server.deps.database.inOrg(world.orgId, { kind: 'member', memberId: by.memberId }, (scope) =>
    appendAudit(scope, { action, object: 'form:x/2026-03-02', people, at: testNow + at * minuteMs }),
  )
}

const asSystem = { kind: 'system', name: 'test' } as const

describe('who looked at my data', () => {
  it('S-46: the looks of others at one person, newest first and page by page; no changes, none of his own', async () => {
    const world = await newWorld(server)
    const [mine, other] = [world.members[0] ?? world.member, world.members[1] ?? world.member]
    await look(world, world.admin, 1, 'submission.read', mine)
    await look(world, world.admin, 2, 'submission.read', mine, other)
    await look(world, world.admin, 3, 'submission.read', other)
    await look(world, world.admin, 4, 'reminder.sent', mine)
    await look(world, mine, 5, 'submission.read', mine)
    const page = (cursor?: string) =>
      server.deps.database.inOrg(world.orgId, asSystem, (scope) => looksAt(scope, mine.memberId, cursor, 1))
    const first = await page()
    expect(first.items).toMatchObject([
      {
        action: 'submission.read',
        byName: '管理员甲',
        byMemberId: world.admin.memberId,
        at: '2026-03-02T02:02:00.000Z',
      },
    ])
    const second = await page(first.nextCursor ?? '')
    expect(second.items).toMatchObject([{ at: '2026-03-02T02:01:00.000Z' }])
    expect(second.nextCursor).toBeNull()
    await expect(page('nonsense')).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('S-46: nothing in the log is changed or deleted, whoever asks', async () => {
    const world = await newWorld(server)
    await look(world, world.admin, 1, 'submission.read', world.member)
    for (const statement of [
      `update audit_log set actor = 'x'`,
      'delete from audit_log',
      'delete from audit_people',
      'truncate audit_log cascade',
      `set local app.audit_sweep = 'on'; delete from audit_log`,
    ]) {
      const attempt = server.deps.database.inOneTrip([{ orgId: world.orgId, text: statement }])
      await expect(attempt, statement).rejects.toThrow(/append-only|permission denied/)
    }
    // Not even the owner of the table, whom no missing right stops.
    const owner = openDatabase(server.ownerUrl, { maxConnections: 1 })
    try {
      const attempt = owner.inOneTrip([{ orgId: world.orgId, text: `update audit_log set actor = 'x'` }])
      await expect(attempt).rejects.toThrow(/append-only/)
    } finally {
      await owner.close()
    }
  })
})
