import { computed, ref, watch } from 'vue'
import type { Option } from '@kangbao/shared/forms/definition.ts'
import { findOptions } from '@kangbao/shared/forms/find-options.ts'

const onePage = 30

/** A list of options some rows at a time, and searched, so that two thousand are as quick to edit as two. */
export function useOptionPages(given: () => readonly Option[]) {
  const search = ref('')
  const page = ref(0)
  const placed = computed(() => given().map((option, at) => ({ option, at, label: option.label })))
  const found = computed(() => findOptions(placed.value, search.value))
  const pages = computed(() => Math.max(1, Math.ceil(found.value.length / onePage)))
  const first = computed(() => page.value * onePage)
  const rows = computed(() => found.value.slice(first.value, first.value + onePage))
  watch(search, () => (page.value = 0))
  // What was on the last page may be gone.
  watch(pages, (count) => (page.value = Math.min(page.value, count - 1)))
  return {
    search,
    page,
    pages,
    rows,
    found: computed(() => found.value.length),
    isLong: computed(() => given().length > onePage),
    from: computed(() => first.value + 1),
    until: computed(() => first.value + rows.value.length),
    toLast: () => (page.value = pages.value - 1),
  }
}
