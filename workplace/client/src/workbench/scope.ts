import type { AppScope } from '@kangbao/workplace/contracts/workbench.ts'

/** "Some" without anybody in it would hide the app from everyone. */
export function isScopeComplete({ kind, deptIds = [], userids = [] }: AppScope): boolean {
  return kind !== 'some' || deptIds.length + userids.length > 0
}
