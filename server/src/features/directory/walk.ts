import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { AppInOrg, Workplace, WorkplaceDepartment, WorkplaceUser } from '../../ports/workplace.ts'
import type { PlacedDepartment } from './departments.repo.ts'

export const rootId = 1

/** What one app may read, and what of it no app before has covered. */
export interface Reach {
  readonly target: AppInOrg
  readonly departmentIds: readonly number[]
  readonly userIds: readonly string[]
}

export interface Tree {
  readonly departments: readonly PlacedDepartment[]
  readonly reaches: readonly Reach[]
}

/**
 * Walks every department the org's apps may see, breadth first. Each app has a scope of its own; together they see
 * the union, and a department is read through the first app that reaches it.
 */
export async function walkDepartments(
  workplace: Workplace,
  { corpId, apps, orgName }: { corpId: string; apps: readonly AppId[]; orgName: string },
): Promise<Tree> {
  const known = new Map<number, WorkplaceDepartment>()
  const reaches: Reach[] = []
  for (const app of apps) {
    const target = { app, corpId }
    const { scope } = await workplace.authorisation(target)
    const reached: number[] = []
    const queue = [...scope.departmentIds]
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      if (reached.includes(id)) continue
      const isTop = scope.departmentIds.includes(id)
      if (isTop && id !== rootId && !known.has(id)) {
        const top = await workplace.department(target, id)
        if (!top) continue
        known.set(id, top)
      }
      reached.push(id)
      for (const child of await workplace.listDepartments(target, id)) {
        if (!known.has(child.id)) known.set(child.id, child)
        queue.push(child.id)
      }
    }
    reaches.push({ target, departmentIds: reached, userIds: scope.userIds })
  }
  return { departments: placed(known, orgName), reaches: withoutOverlap(reaches) }
}

/** Paths by following parents as far as they are known; what hangs in the air hangs under the root. */
function placed(known: ReadonlyMap<number, WorkplaceDepartment>, orgName: string): PlacedDepartment[] {
  const root: PlacedDepartment = { id: rootId, parentId: null, name: orgName, order: 0, path: [rootId] }
  const pathById = new Map<number, readonly number[]>([[rootId, root.path]])

  function pathOf(department: WorkplaceDepartment, below: ReadonlySet<number>): readonly number[] {
    const done = pathById.get(department.id)
    if (done) return done
    const parent = department.parentId === null ? undefined : known.get(department.parentId)
    const isLoop = parent !== undefined && below.has(parent.id)
    const above = parent && !isLoop ? pathOf(parent, new Set([...below, department.id])) : root.path
    const path = [...above, department.id]
    pathById.set(department.id, path)
    return path
  }

  const rest = [...known.values()]
    .filter(({ id }) => id !== rootId)
    .map((department) => {
      const path = pathOf(department, new Set())
      return { ...department, parentId: path.at(-2) ?? rootId, path }
    })
  return [root, ...rest]
}

function withoutOverlap(reaches: readonly Reach[]): Reach[] {
  const covered = new Set<number>()
  return reaches.map((reach) => {
    const departmentIds = reach.departmentIds.filter((id) => !covered.has(id))
    for (const id of departmentIds) covered.add(id)
    return { ...reach, departmentIds }
  })
}

/** Pages of people below the walked departments; nobody is held longer than one page. */
export async function* walkUsers(
  workplace: Workplace,
  reaches: readonly Reach[],
): AsyncGenerator<readonly WorkplaceUser[]> {
  for (const { target, departmentIds, userIds } of reaches) {
    for (const departmentId of departmentIds) {
      for (let cursor: number | null = 0; cursor !== null;) {
        const page = await workplace.listUsers(target, departmentId, cursor)
        yield page.users
        // A cursor that does not advance would never end.
        cursor = page.nextCursor !== null && page.nextCursor > cursor ? page.nextCursor : null
      }
    }
    for (let i = 0; i < userIds.length; i += 1) {
      const user = await workplace.user(target, userIds[i] ?? '')
      if (user) yield [user]
    }
  }
}
