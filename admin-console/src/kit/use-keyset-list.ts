import { useInfiniteQuery, type EntryKey } from '@pinia/colada'
import { computed, ref, toValue, watch, type MaybeRefOrGetter } from 'vue'

interface PageOf<Row> {
  readonly items: readonly Row[]
  readonly nextCursor: string | null
}

interface Options<Row> {
  readonly key: () => EntryKey
  readonly load: (cursor: string | undefined, signal: AbortSignal) => Promise<PageOf<Row>>
  readonly isEnabled?: MaybeRefOrGetter<boolean>
}

/** Beyond this many pages a live change is announced rather than read again: reading all of them would cost too much. */
const pagesReadAgain = 3

/** A list read page by page with a cursor (keyset): rows so far, more on demand, and what to do when it changed. */
export function useKeysetList<Row>({ key, load, isEnabled = true }: Options<Row>) {
  const query = useInfiniteQuery<PageOf<Row>, unknown, string | undefined>({
    key,
    enabled: () => toValue(isEnabled),
    initialPageParam: undefined,
    query: ({ pageParam, signal }) => load(pageParam, signal),
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  })
  const hasNews = ref(false)
  const rows = computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? [])
  const isLoading = computed(() => query.isLoading.value)
  watch(
    () => JSON.stringify(key()),
    () => (hasNews.value = false),
  )

  function more(): void {
    if (query.hasNextPage.value && !isLoading.value) void query.loadNextPage({ cancelRefetch: false })
  }
  function reload(): void {
    hasNews.value = false
    void query.refetch()
  }
  /** Called when something behind the list changed. */
  function changed(): void {
    const pages = query.data.value?.pages.length ?? 0
    if (pages > pagesReadAgain) hasNews.value = true
    else if (toValue(isEnabled) && !isLoading.value) reload()
  }

  return {
    rows,
    error: query.error,
    isLoading,
    isFirstLoading: computed(() => query.status.value === 'pending' && toValue(isEnabled)),
    hasMore: query.hasNextPage,
    hasNews,
    more,
    reload,
    changed,
  }
}
export type KeysetList<Row> = ReturnType<typeof useKeysetList<Row>>
