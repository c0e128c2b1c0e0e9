import { inject } from 'vue'
import type { FileRef } from '@kangbao/shared/forms/answers.ts'
import { useFilingQueue } from '../filing-queue.ts'
import { refsIn } from './file-refs.ts'
import { fileKeeperKey } from './file-keeper.ts'
import { usePendingFiles } from './pending-files.ts'

/** Forgets a file that was taken out of an answer, unless a filing that still waits names it. */
export function useFileRemoval(): (file: FileRef) => void {
  const own = inject(fileKeeperKey, null)
  if (own) return (file) => void own.drop([file])
  const pending = usePendingFiles()
  const queue = useFilingQueue()
  return (file) => {
    const isNamed = [...queue.waiting, ...queue.refused.map(({ filing }) => filing)].some(({ answers }) =>
      refsIn(answers).some(({ id }) => id === file.id),
    )
    if (!isNamed) void pending.drop([file])
  }
}
