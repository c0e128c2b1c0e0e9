import { useQuery } from '@pinia/colada'
import { listInstalledApps, listWorkbench } from '@kangbao/workplace/contracts/workbench.ts'
import { call } from '@/api/client.ts'

/** Apps of an org that I see. */
export function useWorkbench(orgId: () => string) {
  return useQuery({
    key: () => ['workbench', orgId()],
    query: async () => (await call(listWorkbench, { params: { orgId: orgId() } })).items,
    enabled: () => orgId() !== '',
  })
}

/** Apps of an org as its admin manages them, stopped ones included. */
export function useInstalledApps(orgId: () => string) {
  return useQuery({
    key: () => ['installed-apps', orgId()],
    query: async () => (await call(listInstalledApps, { params: { orgId: orgId() } })).items,
    enabled: () => orgId() !== '',
  })
}
