import { useQuery } from '@pinia/colada'
import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import type { StoredFile } from '@kangbao/shared/contracts/files.ts'
import { listSubmissionFiles, type Submission } from '@kangbao/shared/contracts/submissions.ts'
import { isFilesAnswer } from '@kangbao/shared/forms/answers.ts'
import { useApi } from '../api/api.ts'
import { queryKeys } from '../api/query-keys.ts'

export interface SubmissionFiles {
  /** By id; empty until they came. */
  readonly byId: ComputedRef<ReadonlyMap<string, StoredFile>>
  readonly isLoaded: ComputedRef<boolean>
  /** A file whose links are good for now; asked for again when theirs have run out. */
  fresh(id: string): Promise<StoredFile | undefined>
}

const key: InjectionKey<SubmissionFiles> = Symbol('files of the submission shown')
const none: SubmissionFiles = {
  byId: computed(() => new Map<string, StoredFile>()),
  isLoaded: computed(() => false),
  fresh: () => Promise.resolve(undefined),
}

/** The files of a submission for everything below; asked for once, since each look is written down. */
export function provideSubmissionFiles(submission: () => Submission | undefined): void {
  const api = useApi()
  const shown = computed(() => {
    const { receipt, member, answers } = submission() ?? {}
    if (!receipt || !member || !Object.values(answers ?? {}).some(isFilesAnswer)) return null
    const params = { formId: receipt.formId, period: receipt.period, memberId: member.id }
    return { params, revision: receipt.revision }
  })
  const query = useQuery({
    key: () => {
      const { params, revision = 0 } = shown.value ?? {}
      return [
        ...queryKeys.submission(params?.formId ?? ''),
        params?.period ?? '',
        params?.memberId ?? '',
        'files',
        revision,
      ]
    },
    query: async ({ signal }) =>
      shown.value ? api.call(listSubmissionFiles, { params: shown.value.params }, { signal }) : { items: [] },
    enabled: () => shown.value !== null,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    gcTime: 0,
  })
  const byId = computed(() => new Map((query.data.value?.items ?? []).map((file) => [file.id, file])))
  async function fresh(id: string): Promise<StoredFile | undefined> {
    const expiresAt = byId.value.get(id)?.links?.expiresAt
    if (!expiresAt || Date.parse(expiresAt) <= Date.now()) await query.refetch()
    return byId.value.get(id)
  }
  provide(key, { byId, isLoaded: computed(() => query.data.value !== undefined), fresh })
}

export const useSubmissionFiles = (): SubmissionFiles => inject(key, none)
