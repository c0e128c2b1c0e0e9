import { useInfiniteQuery, type EntryKey } from '@pinia/colada'
import { computed, type Ref } from 'vue'

interface Page<Item> {
  items: Item[]
  next: string | null
}

/** What a list draws of its pages. */
export interface Pages<Item> {
  readonly items: Readonly<Ref<readonly Item[]>>
  readonly error: Readonly<Ref<unknown>>
  readonly isPending: Readonly<Ref<boolean>>
  readonly asyncStatus: Readonly<Ref<'idle' | 'loading'>>
  readonly hasNextPage: Readonly<Ref<boolean>>
  readonly loadNextPage: () => Promise<unknown>
  readonly refetch: () => Promise<unknown>
}

/**
 * A keyset list that grows page by page; another key begins anew.
 * @param enabled nothing is asked for while it says no; left out: always.
 */
export function usePages<Answer extends Page<unknown>>(
  key: () => EntryKey,
  ask: (cursor: { cursor?: string }) => Promise<Answer>,
  enabled: () => boolean = () => true,
) {
  const query = useInfiniteQuery({
    key,
    initialPageParam: '',
    query: ({ pageParam }) => ask(pageParam ? { cursor: pageParam } : {}),
    getNextPageParam: (last) => last.next,
    enabled,
  })
  const items = computed<readonly Answer['items'][number][]>(
    () => query.data.value?.pages.flatMap((page) => page.items) ?? [],
  )
  /** The page that came last: it knows best what is said of the whole list. */
  const lastPage = computed(() => query.data.value?.pages.at(-1))
  return { ...query, items, lastPage }
}
