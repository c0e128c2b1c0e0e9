import { onScopeDispose, ref, shallowRef } from 'vue'
import {
  cancelImport,
  confirmImport,
  getImport,
  undoImport,
  uploadImport,
  type DirectoryImport,
} from '@kangbao/workplace/contracts/imports.ts'
import { call, upload } from '@/api/client.ts'
import { isProblem } from '@/api/problem.ts'

const pollMs = 700

export interface ImportOptions {
  readonly makeDepartmentChats: boolean
  readonly sendInvitations: boolean
}

const runningStates: ReadonlySet<string> = new Set(['checking', 'importing', 'undoing'])
export const isRunning = ({ state }: Pick<DirectoryImport, 'state'>): boolean => runningStates.has(state)

/** One import from upload to done: the file is checked whole, then written when confirmed (Z-04). */
export function useImport(orgId: string) {
  const current = shallowRef<DirectoryImport>()
  const error = shallowRef<unknown>()
  const isBusy = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  const paramsOf = (item: DirectoryImport) => ({ orgId, importId: item.id })

  function follow(next: DirectoryImport) {
    current.value = next
    clearTimeout(timer)
    if (isRunning(next)) timer = setTimeout(() => void poll(next), pollMs)
  }

  async function poll(item: DirectoryImport) {
    try {
      const next = await call(getImport, { params: paramsOf(item) })
      // A newer upload may have taken the place meanwhile.
      if (current.value?.id === item.id) follow(next)
    } catch (e) {
      error.value = e
    }
  }

  async function run(act: () => Promise<DirectoryImport>) {
    if (isBusy.value) return
    isBusy.value = true
    error.value = undefined
    try {
      follow(await act())
    } catch (e) {
      error.value = e
    } finally {
      isBusy.value = false
    }
  }

  const start = (file: File) => run(() => upload(uploadImport, { params: { orgId } }, file))

  const confirm = (item: DirectoryImport, options: ImportOptions) =>
    run(() =>
      call(confirmImport, {
        params: paramsOf(item),
        body: { ...options, ...(item.problemCount > 0 && { validRowsOnly: true }) },
      }),
    )

  /** Takes up one that was begun before: by this admin on a page he left, or one to look at again. */
  const open = (importId: string) => run(() => call(getImport, { params: { orgId, importId } }))

  const undo = (importId: string) => run(() => call(undoImport, { params: { orgId, importId } }))

  /** Calls it off while it runs; when it was done a moment before, that is shown. */
  const cancel = (item: DirectoryImport) =>
    run(async () => {
      await call(cancelImport, { params: paramsOf(item) }).catch((e: unknown) => {
        if (!isProblem(e, 'import.not-ready')) throw e
      })
      return call(getImport, { params: paramsOf(item) })
    })

  /** Back to the beginning; a checked file that nobody confirmed is thrown away. */
  async function discard() {
    const item = current.value
    current.value = undefined
    error.value = undefined
    clearTimeout(timer)
    if (item?.state === 'checked' || item?.state === 'failed')
      await call(cancelImport, { params: paramsOf(item) }).catch(() => undefined)
  }

  onScopeDispose(() => clearTimeout(timer))
  return { current, error, isBusy, start, open, confirm, undo, cancel, discard }
}
