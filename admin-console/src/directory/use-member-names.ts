import { shallowRef, watch, type Ref } from 'vue'
import { listMembers, type Member } from '@kangbao/shared/contracts/directory.ts'
import { given, useApi } from '../api/api.ts'

/** Pages read at most to find a name; beyond that the host's id is shown. */
const pagesRead = 10
const pageSize = 200

/** Names of members known by host id only. */
export function useMemberNames(userIds: Readonly<Ref<readonly string[]>>) {
  const api = useApi()
  const known = shallowRef<ReadonlyMap<string, string>>(new Map())

  function learn(members: readonly Member[]): void {
    known.value = new Map([...known.value, ...members.map(({ userId, name }) => [userId, name] as const)])
  }
  async function find(): Promise<void> {
    let cursor: string | undefined
    for (let read = 0; read < pagesRead && userIds.value.some((id) => !known.value.has(id)); read += 1) {
      const page = await api.call(listMembers, { query: { limit: pageSize, ...given({ cursor }) } })
      learn(page.items)
      if (page.nextCursor === null) return
      cursor = page.nextCursor
    }
  }
  watch(userIds, () => void find().catch(() => undefined), { immediate: true }) // a name that is not found shows as its id

  return { learn, nameOf: (userId: string) => known.value.get(userId) ?? userId }
}
