import type { Department } from '@kangbao/workplace/contracts/directory.ts'
import { childrenOf } from '@/contacts/use-directory.ts'

export interface TreeRow {
  readonly department: Department
  readonly level: number
  readonly hasChildren: boolean
}

/** The visible rows of the tree, from the top down; departments below a closed one are left out. */
export function treeRows(departments: readonly Department[], openIds: ReadonlySet<number>): TreeRow[] {
  const rows: TreeRow[] = []
  const known = new Set(departments.map(({ deptId }) => deptId))
  const walk = (items: readonly Department[], level: number) => {
    for (const department of items) {
      const children = childrenOf(departments, department.deptId)
      rows.push({ department, level, hasChildren: children.length > 0 })
      if (openIds.has(department.deptId)) walk(children, level + 1)
    }
  }
  // A sub-admin sees only a part of the tree: whatever has no visible parent is a top row.
  walk(
    departments.filter(({ parentId }) => parentId === null || !known.has(parentId)),
    0,
  )
  return rows
}
