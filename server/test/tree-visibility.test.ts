import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { newId } from '../src/db/ids.ts'
import {
  moveSubtree,
  saveDepartments,
  type PlacedDepartment,
} from '../src/features/directory/departments.repo.ts'
import { subtree } from '../src/features/directory/directory.repo.ts'
import { startTestServer, type TestServer } from './server.ts'

/* S-07: whom a sub-admin sees in a tree that grows and moves, against a reference that knows parents only. */
const trees = 50
const questions = 100
const seed = 20_261_128

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** Department → the one above it; 1 is the root. */
type Parents = Map<number, number | null>

function above(parents: Parents, id: number): number[] {
  const line: number[] = []
  for (let at: number | null | undefined = id; at; at = parents.get(at)) line.unshift(at)
  return line
}
const visibleTo = (parents: Parents, managed: readonly number[]) =>
  [...parents.keys()]
    .filter((id) => above(parents, id).some((each) => managed.includes(each)))
    .sort((a, b) => a - b)

const placed = (parents: Parents, id: number): PlacedDepartment => ({
  id,
  parentId: parents.get(id) ?? null,
  name: `部门${id}`,
  order: 0,
  path: above(parents, id),
})

const plan = fc.record({
  parents: fc.array(fc.nat(), { minLength: 8, maxLength: 40 }),
  moves: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 2, maxLength: 12 }),
  roles: fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: questions, maxLength: questions }),
})

it('S-07: a sub-admin sees what he manages and all below it, after every move', async () => {
  let mismatches = 0
  let asked = 0
  for (const { parents: choices, moves, roles } of fc.sample(plan, { numRuns: trees, seed })) {
    const orgId = newId()
    await server.deps.database.pool.query(
      `insert into orgs (id, corp_id, name, created_at) values ($1, $2, 'tree', now())`,
      [orgId, `ding${orgId}`],
    )
    await server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, async (scope) => {
      const parents: Parents = new Map([[1, null]])
      for (const choice of choices) {
        const known = [...parents.keys()]
        parents.set(known.length + 1, known[choice % known.length] ?? 1)
      }
      await saveDepartments(
        scope,
        [...parents.keys()].map((id) => placed(parents, id)),
        null,
      )
      for (const [what, where] of moves) {
        const ids = [...parents.keys()].slice(1)
        const id = ids[what % ids.length] ?? 2
        const target = [...parents.keys()].filter((each) => !above(parents, each).includes(id))
        parents.set(id, target[where % target.length] ?? 1)
        const moved = placed(parents, id)
        await saveDepartments(scope, [moved], null)
        await moveSubtree(scope, id, moved.path)
      }
      for (const role of roles) {
        const ids = [...parents.keys()]
        const managed = role.map((choice) => ids[choice % ids.length] ?? 1)
        asked += 1
        const seen = await subtree(scope, managed)
        if (JSON.stringify(seen) !== JSON.stringify(visibleTo(parents, managed))) mismatches += 1
      }
    })
  }
  figure({
    id: 'S-07',
    n: asked,
    value: mismatches,
    unit: 'mismatches',
    target: '=0',
    seed,
    ok: mismatches === 0,
  })
  expect([asked, mismatches]).toEqual([trees * questions, 0])
}, 120_000)
