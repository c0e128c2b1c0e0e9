import { useInfiniteQuery, type EntryKey } from '@pinia/colada'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/** A list read page by page as the person scrolls; refreshed whole when its key is invalidated. */
export function usePages<T>(
  key: MaybeRefOrGetter<EntryKey>,
  load: (cursor: string | undefined) => Promise<Page<T>>,
) {
  const query = useInfiniteQuery<Page<T>, Error, string | undefined>({
    key: () => toValue(key),
    query: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.nextCursor ?? null,
  })
  const items = computed<readonly T[]>(() => query.data.value?.pages.flatMap((page) => [...page.items]) ?? [])
  const hasMore = computed(() => query.hasNextPage.value)
  const isFirstLoad = computed(() => query.status.value === 'pending')
  const error = computed(() => query.error.value)
  async function more(): Promise<void> {
    if (hasMore.value && query.asyncStatus.value !== 'loading') await query.loadNextPage()
  }
  return { items, hasMore, isFirstLoad, error, more, reload: () => query.refetch() }
}
