import { useQuery } from '@pinia/colada'
import { listDings } from '@kangbao/workplace/contracts/messages.ts'
import { call } from '@/api/client.ts'

export type DingBox = 'received' | 'sent'

export function useDings(box: DingBox) {
  return useQuery({
    key: ['dings', box],
    query: async () => (await call(listDings, { query: { box } })).items,
  })
}
