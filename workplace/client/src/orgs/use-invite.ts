import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { getInvite } from '@kangbao/workplace/contracts/orgs.ts'
import { call } from '@/api/client.ts'

/** The join link, under the name this client was opened with, so that a phone on the network can follow it. */
export function useInvite(orgId: () => string) {
  const query = useQuery({
    key: () => ['invite', orgId()],
    query: () => call(getInvite, { params: { orgId: orgId() } }),
  })
  const link = computed(() =>
    query.data.value?.state === 'open' ? `${location.origin}/join/${query.data.value.code}` : '',
  )
  return { ...query, link }
}
