import { useQuery } from '@pinia/colada'
import { countDings, getDing, listDings } from '@kangbao/workplace/contracts/messages.ts'
import { call } from '@/api/client.ts'
import { usePages } from '@/api/use-pages.ts'

export type DingBox = 'received' | 'sent'

export const useDings = (box: DingBox) =>
  usePages(
    () => ['dings', box],
    (cursor) => call(listDings, { query: { box, limit: 50, ...cursor } }),
  )

/** How many wait for me, for the badge. */
export const useDingCount = () => useQuery({ key: ['dings', 'count'], query: () => call(countDings, {}) })

export const useDing = (orgId: () => string, dingId: () => string) =>
  useQuery({
    key: () => ['dings', 'one', dingId()],
    query: () => call(getDing, { params: { orgId: orgId(), dingId: dingId() } }),
  })
