import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { Draft } from '@kangbao/shared/contracts/designing.ts'
import type { Field } from '@kangbao/shared/forms/definition.ts'
import type { FormContent } from '@kangbao/shared/forms/design/content.ts'
import { definitionProblems } from '@kangbao/shared/forms/design/definition-problems.ts'
import { definitionOf } from '@kangbao/shared/forms/design/from-content.ts'

const mostSteps = 200
/** Kept this long after the last change, in milliseconds. */
const saveAfterMs = 800

export type SaveState = 'saved' | 'saving' | 'unsaved' | 'failed'

/**
 * A form while it is designed: changed, taken back, kept by itself.
 * @param save keeps it under the revision last seen; may throw.
 */
export function useDesigner(start: Draft, save: (draft: Draft, content: FormContent) => Promise<Draft>) {
  const draft = shallowRef(start)
  const content = shallowRef(start.content)
  const past = shallowRef<readonly FormContent[]>([])
  const future = shallowRef<readonly FormContent[]>([])
  const error = shallowRef<unknown>(null)
  const isSaving = ref(false)
  const kept = shallowRef(start.content)
  let lastKey = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | undefined

  /** Changes with one key in a row, as letters typed into one box, are taken back together. */
  function change(parts: Partial<FormContent>, key = ''): void {
    if (key === '' || key !== lastKey) past.value = [...past.value, content.value].slice(-mostSteps)
    lastKey = key
    future.value = []
    put({ ...content.value, ...parts })
  }
  function put(next: FormContent): void {
    content.value = next
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), saveAfterMs)
  }
  function undo(): void {
    const before = past.value.at(-1)
    if (!before) return
    past.value = past.value.slice(0, -1)
    future.value = [content.value, ...future.value]
    lastKey = ''
    put(before)
  }
  function redo(): void {
    const [next, ...rest] = future.value
    if (!next) return
    future.value = rest
    past.value = [...past.value, content.value]
    lastKey = ''
    put(next)
  }

  async function keep(): Promise<void> {
    isSaving.value = true
    try {
      while (kept.value !== content.value) {
        const given = content.value
        draft.value = await save(draft.value, given)
        kept.value = given
      }
      error.value = null
    } catch (cause) {
      error.value = cause
    } finally {
      isSaving.value = false
    }
  }
  /** Keeps what is not kept yet; true when everything is. */
  async function flush(): Promise<boolean> {
    clearTimeout(timer)
    running ??= keep().finally(() => (running = undefined))
    await running
    if (error.value === null && kept.value !== content.value) return flush()
    return error.value === null
  }
  /** Keeps what is here over what somebody else kept meanwhile, whose revision this is. */
  function overwrite(revision: number): Promise<boolean> {
    draft.value = { ...draft.value, revision }
    return flush()
  }
  /** What is not kept is given up: somebody decided so. */
  function abandon(): void {
    clearTimeout(timer)
    kept.value = content.value
    error.value = null
  }
  onScopeDispose(() => void flush())

  const fields = computed(() => content.value.fields)
  const setFields = (next: readonly Field[], key = '') => change({ fields: next }, key)
  /** Moves a field to another place; places are counted before it is taken out. */
  function move(from: number, to: number): void {
    const field = fields.value[from]
    if (!field || to < 0 || to > fields.value.length - 1 || from === to) return
    const rest = fields.value.filter((_, i) => i !== from)
    setFields([...rest.slice(0, to), field, ...rest.slice(to)])
  }
  function insert(field: Field, at: number): void {
    setFields([...fields.value.slice(0, at), field, ...fields.value.slice(at)])
  }
  function replace(field: Field, key = ''): void {
    setFields(
      fields.value.map((each) => (each.id === field.id ? field : each)),
      key && `${field.id}/${key}`,
    )
  }
  function remove(id: string): void {
    setFields(fields.value.filter((field) => field.id !== id))
  }

  const definition = computed(() => definitionOf(content.value, draft.value.formId ?? draft.value.id, []))
  return {
    draft,
    content,
    definition,
    fields,
    problems: computed(() => definitionProblems(definition.value)),
    error,
    saveState: computed<SaveState>(() => {
      if (error.value !== null) return 'failed'
      if (isSaving.value) return 'saving'
      return kept.value === content.value ? 'saved' : 'unsaved'
    }),
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    change,
    undo,
    redo,
    flush,
    overwrite,
    abandon,
    move,
    insert,
    replace,
    remove,
  }
}
export type Designer = ReturnType<typeof useDesigner>
