import { listImports } from '@kangbao/workplace/contracts/imports.ts'
import { call } from '@/api/client.ts'
import { usePages } from '@/api/use-pages.ts'

/** Imports of the org, the newest first. */
export const useImportHistory = (orgId: string) =>
  usePages(
    () => ['imports', orgId],
    (cursor) => call(listImports, { params: { orgId }, query: { limit: 5, ...cursor } }),
  )

export type ImportHistory = ReturnType<typeof useImportHistory>
