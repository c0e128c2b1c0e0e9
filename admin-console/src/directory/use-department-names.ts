import { shallowRef, watch, type Ref } from 'vue'
import { listDepartments, type Department } from '@kangbao/shared/contracts/directory.ts'
import { given, useApi } from '../api/api.ts'

/** Levels read at most to find a name; beyond that the number is shown. */
const levelsRead = 60

/** Names of departments known by number only; the directory tells names level by level. */
export function useDepartmentNames(ids: Readonly<Ref<readonly number[]>>) {
  const api = useApi()
  const known = shallowRef<ReadonlyMap<number, string>>(new Map())

  function learn(departments: readonly Department[]): void {
    known.value = new Map([...known.value, ...departments.map(({ id, name }) => [id, name] as const)])
  }
  async function find(): Promise<void> {
    const levels: (number | undefined)[] = [undefined]
    for (let read = 0; read < levelsRead && ids.value.some((id) => !known.value.has(id)); read += 1) {
      if (levels.length === 0) return
      const parentId = levels.shift()
      const { items } = await api.call(listDepartments, { query: given({ parentId }) })
      learn(items)
      levels.push(...items.filter(({ hasChildren }) => hasChildren).map(({ id }) => id))
    }
  }
  watch(ids, () => void find().catch(() => undefined), { immediate: true }) // a name that is not found shows as its number

  return { learn, nameOf: (id: number) => known.value.get(id) ?? `#${id}` }
}
