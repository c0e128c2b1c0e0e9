import { useQueryCache } from '@pinia/colada'
import { useAct } from '@/api/use-act.ts'

/** An act on a group; afterwards its people and its line in the list are read anew. */
export function useGroupAct() {
  const cache = useQueryCache()
  const { isBusy, problem, run } = useAct()
  const keys = ['conversations', 'conversation', 'group-members', 'messages']

  const act = (work: () => Promise<unknown>) =>
    run(async () => {
      await work()
      await Promise.all(keys.map((key) => cache.invalidateQueries({ key: [key] }).catch(() => undefined)))
    })
  return { isBusy, problem, act }
}
