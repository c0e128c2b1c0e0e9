import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { listOwnJoinRequests, seeJoinDecisions } from '@kangbao/workplace/contracts/orgs.ts'
import { useSession } from '@/account/session.ts'
import { call } from '@/api/client.ts'

/** Where I asked to join, the waiting ones among it. */
export function useOwnRequests() {
  const session = useSession()
  const query = useQuery({
    key: () => ['own-join-requests', session.me?.person.id ?? ''],
    query: async () => (await call(listOwnJoinRequests, {})).items,
    enabled: () => session.isSignedIn && session.me !== undefined,
  })
  const waiting = computed(() => (query.data.value ?? []).filter(({ state }) => state === 'waiting'))
  return { ...query, waiting }
}

/** Decisions the person has not been told of. */
export function useJoinNews() {
  const { data, refetch } = useOwnRequests()
  const news = computed(() => (data.value ?? []).filter(({ isNews }) => isNews))

  async function close() {
    await call(seeJoinDecisions, {}).catch(() => undefined)
    await refetch()
  }
  return { news, close }
}
